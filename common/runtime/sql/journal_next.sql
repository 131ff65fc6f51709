-- $1 worker text, then arrays, one item per partition: $2 topics text[], $3 partitions integer[], $4 incarnations uuid[],
-- $5 from_offsets bigint[], $6 to_offsets bigint[] (exclusive). The batch that was stored first among those that come
-- next in these partitions, in the order of deciding: where its rows are. Within a partition the offsets say what
-- comes next, not the database's clock.
WITH head AS (
    SELECT place.*, first.recorded_at
    FROM unnest($2::text[], $3::integer[], $4::uuid[], $5::bigint[], $6::bigint[])
        AS place (topic, partition, incarnation, from_offset, to_offset)
    CROSS JOIN LATERAL (
        SELECT journal.recorded_at
        FROM guichet.journal
        WHERE journal.worker = $1::text AND journal.topic = place.topic AND journal.partition = place.partition
          AND journal.incarnation = place.incarnation
          AND journal.input_offset >= place.from_offset AND journal.input_offset < place.to_offset
        ORDER BY journal.input_offset
        LIMIT 1
    ) AS first
), batch AS (
    SELECT head.*, COALESCE(other.input_offset, head.to_offset) AS end_offset
    FROM head
    LEFT JOIN LATERAL (
        SELECT journal.input_offset
        FROM guichet.journal
        WHERE journal.worker = $1::text AND journal.topic = head.topic AND journal.partition = head.partition
          AND journal.incarnation = head.incarnation AND journal.recorded_at <> head.recorded_at
          AND journal.input_offset >= head.from_offset AND journal.input_offset < head.to_offset
        ORDER BY journal.input_offset
        LIMIT 1
    ) AS other ON true
    WHERE head.recorded_at = (SELECT min(recorded_at) FROM head)
)
SELECT journal.recorded_at::text AS recorded_at, journal.topic, journal.partition, journal.incarnation,
       journal.input_offset, journal.sequence, journal.ordinal
FROM batch
JOIN guichet.journal
    ON journal.worker = $1::text AND journal.topic = batch.topic AND journal.partition = batch.partition
   AND journal.incarnation = batch.incarnation AND journal.recorded_at = batch.recorded_at
   AND journal.input_offset >= batch.from_offset AND journal.input_offset < batch.end_offset
ORDER BY journal.ordinal, journal.topic, journal.partition, journal.input_offset, journal.sequence
