-- no parameters
SELECT worker, topic, partition, next_offset
FROM guichet.progress
ORDER BY worker, topic, partition
