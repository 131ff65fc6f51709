-- $1 worker text: what is asked for and not finished
SELECT remedy_id, topic, partition, verdict, evidence, action, from_offset, asked_by, asked_at, state, seen_c, target_c, result,
       executed_by, finished_at
FROM guichet.remedy
WHERE worker = $1::text AND state IN ('asked', 'begun')
ORDER BY topic, partition
