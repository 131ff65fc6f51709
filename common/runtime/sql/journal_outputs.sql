-- $1 worker text, $2 recorded_at text, as journal_next says it, then arrays, one item per row: $3 topics text[],
-- $4 partitions integer[], $5 incarnations uuid[], $6 offsets bigint[], $7 sequences integer[], $8 ordinals integer[]:
-- the outputs of these rows of a stored batch, in that order. LIMIT: each is looked up by its place, whatever the
-- statistics of a new day say.
SELECT stored.*
FROM unnest($3::text[], $4::integer[], $5::uuid[], $6::bigint[], $7::integer[], $8::integer[]) WITH ORDINALITY
    AS place (topic, partition, incarnation, input_offset, sequence, ordinal, number)
CROSS JOIN LATERAL (
    SELECT journal.decided_at, journal.topic, journal.partition, journal.input_offset, journal.siren, journal.person,
           journal.event_id, journal.correlation_id, journal.traceparent, journal.tracestate, journal.outputs
    FROM guichet.journal
    WHERE journal.worker = $1::text AND journal.recorded_at = $2::text::timestamptz AND journal.topic = place.topic
      AND journal.partition = place.partition AND journal.incarnation = place.incarnation
      AND journal.input_offset = place.input_offset AND journal.sequence = place.sequence
      AND journal.ordinal = place.ordinal
    LIMIT 1
) AS stored
ORDER BY place.number
