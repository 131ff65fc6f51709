-- $1 worker text, $2 siren text, $3 positions integer[]
DELETE FROM guichet.parked
WHERE worker = $1::text AND siren = $2::text AND position = ANY ($3::integer[])
