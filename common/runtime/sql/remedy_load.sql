-- $1 remedy_id uuid
SELECT remedy_id, topic, partition, verdict, evidence, action, from_offset, asked_by, asked_at, state, seen_c, target_c, result,
       executed_by, finished_at
FROM guichet.remedy
WHERE remedy_id = $1::uuid
