-- $1 worker text, $2 topic text, $3 partition integer, $4 rows integer: of a partition, the latest first
SELECT remedy_id, topic, partition, verdict, evidence, action, from_offset, asked_by, asked_at, state, seen_c, target_c, result,
       executed_by, finished_at
FROM guichet.remedy
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer
ORDER BY asked_at DESC
LIMIT $4::integer
