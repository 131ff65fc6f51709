-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 verified_offsets bigint[]
INSERT INTO guichet.audit_mark (worker, topic, partition, verified_offset)
SELECT $1::text, topic, partition, verified_offset
FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS mark (topic, partition, verified_offset)
ORDER BY topic, partition
ON CONFLICT (worker, topic, partition) DO UPDATE
SET verified_offset = excluded.verified_offset
