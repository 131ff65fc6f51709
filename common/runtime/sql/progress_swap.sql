-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 from_offsets bigint[], $5 to_offsets bigint[],
-- $6 last_offsets bigint[], $7 last_timestamps_ms bigint[], $8 last_checksums bigint[], $9 last_committed bigint[]
UPDATE guichet.progress
SET next_offset = batch.to_offset,
    last_offset = batch.last_offset,
    last_timestamp_ms = batch.last_timestamp_ms,
    last_checksum = batch.last_checksum,
    last_committed = batch.last_committed
FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::bigint[])
    AS batch (topic, partition, from_offset, to_offset, last_offset, last_timestamp_ms, last_checksum, last_committed)
WHERE progress.worker = $1::text
  AND progress.topic = batch.topic
  AND progress.partition = batch.partition
  AND progress.next_offset = batch.from_offset
