-- $1 worker text, $2 topic text, $3 partition integer, $4 before offset bigint: when the last input before it was decided
SELECT recorded_at
FROM guichet.journal
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND input_offset < $4::bigint
ORDER BY input_offset DESC
LIMIT 1
