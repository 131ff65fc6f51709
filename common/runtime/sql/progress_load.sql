-- $1 worker text
SELECT topic, partition, incarnation, start_offset, next_offset, last_offset, last_timestamp_ms, last_checksum,
       last_committed
FROM guichet.progress
WHERE worker = $1::text
ORDER BY topic, partition
