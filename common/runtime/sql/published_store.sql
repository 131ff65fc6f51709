-- $1 worker text; inputs that were published: $2 topics text[], $3 partitions integer[], $4 from_offsets bigint[],
-- $5 to_offsets bigint[]; their outputs: $6 topics text[], $7 partitions integer[], $8 first_offsets bigint[],
-- $9 last_offsets bigint[], $10 records integer[], $11 ids_xors uuid[]. What lies between these inputs and those before
-- has no row: a gap. If somebody else has settled the partition meanwhile, they are a gap already, and nothing is written.
WITH span AS (
    SELECT span.*, published.next_offset
    FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::bigint[]) AS span (topic, partition, from_offset, to_offset)
    JOIN guichet.published
        ON published.worker = $1::text AND published.topic = span.topic AND published.partition = span.partition
), settled AS (
    SELECT FROM span WHERE next_offset > from_offset
), gap AS (
    INSERT INTO guichet.publication_gap (worker, topic, partition, from_offset, to_offset)
    SELECT $1::text, topic, partition, next_offset, from_offset
    FROM span
    WHERE next_offset < from_offset AND NOT EXISTS (SELECT FROM settled)
    ON CONFLICT DO NOTHING
), moved AS (
    UPDATE guichet.published
    SET next_offset = span.to_offset
    FROM span
    WHERE published.worker = $1::text AND published.topic = span.topic AND published.partition = span.partition
      AND published.next_offset < span.to_offset AND NOT EXISTS (SELECT FROM settled)
)
INSERT INTO guichet.publication (worker, topic, partition, first_offset, last_offset, records, ids_xor)
SELECT $1::text, topic, partition, first_offset, last_offset, records,
       coalesce(ids_xor, '00000000-0000-0000-0000-000000000000')
FROM unnest($6::text[], $7::integer[], $8::bigint[], $9::bigint[], $10::integer[], $11::uuid[])
    AS fold (topic, partition, first_offset, last_offset, records, ids_xor)
WHERE NOT EXISTS (SELECT FROM settled)
ON CONFLICT DO NOTHING
