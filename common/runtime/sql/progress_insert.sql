-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 incarnations uuid[], $5 start_offsets bigint[]
INSERT INTO guichet.progress (worker, topic, partition, incarnation, start_offset, next_offset)
SELECT $1::text, topic, partition, incarnation, start_offset, start_offset
FROM unnest($2::text[], $3::integer[], $4::uuid[], $5::bigint[])
    AS new (topic, partition, incarnation, start_offset)
ORDER BY topic, partition
