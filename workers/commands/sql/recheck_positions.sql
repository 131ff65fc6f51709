-- $1 worker text: where its journal may hold something
SELECT topic, partition, start_offset
FROM guichet.progress
WHERE worker = $1::text
ORDER BY topic, partition
