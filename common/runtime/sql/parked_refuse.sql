-- $1 worker text, $2 siren text, $3 position integer, $4 attempts integer, $5 message text
UPDATE guichet.parked
SET is_refused = true, attempts = $4::integer, message = $5::text
WHERE worker = $1::text AND siren = $2::text AND position = $3::integer
