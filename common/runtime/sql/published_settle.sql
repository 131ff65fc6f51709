-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 committed bigint[], $5 the same bigint[]: what the group
-- has committed of partitions. Inputs that were published without a row become a gap.
WITH settled AS (
    SELECT *
    FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::bigint[]) AS settled (topic, partition, committed, same)
), gap AS (
    INSERT INTO guichet.publication_gap (worker, topic, partition, from_offset, to_offset)
    SELECT $1::text, settled.topic, settled.partition, published.next_offset, settled.committed
    FROM settled
    JOIN guichet.published
        ON published.worker = $1::text AND published.topic = settled.topic
        AND published.partition = settled.partition
    WHERE published.next_offset < settled.committed
    ON CONFLICT DO NOTHING
)
INSERT INTO guichet.published (worker, topic, partition, next_offset)
SELECT $1::text, topic, partition, committed
FROM settled
ORDER BY topic, partition
ON CONFLICT (worker, topic, partition) DO UPDATE
SET next_offset = excluded.next_offset
WHERE published.next_offset <> excluded.next_offset
