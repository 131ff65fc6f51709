-- $1 worker text, $2 topic text, $3 partition integer: the first input of the partition's incarnation that is still
-- in the journal; no row: none is
SELECT journal.input_offset
FROM guichet.journal
JOIN guichet.progress USING (worker, topic, partition, incarnation)
WHERE journal.worker = $1::text AND journal.topic = $2::text AND journal.partition = $3::integer
ORDER BY journal.input_offset
LIMIT 1
