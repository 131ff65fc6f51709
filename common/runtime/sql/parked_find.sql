-- $1 worker text, $2 topic text, $3 partition integer, $4 offset bigint: whose record it is
SELECT siren
FROM guichet.parked
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND input_offset = $4::bigint
ORDER BY parked_at
LIMIT 1
