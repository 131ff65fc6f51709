-- $1 worker text, $2 decided_at timestamptz, then arrays, one item per row: $3 topics text[], $4 partitions integer[],
-- $5 offsets bigint[], $6 sequences integer[], $7 sirens text[], $8 subject_ids text[], $9 persons text[], $10 event_ids
-- text[], $11 event_types text[], $12 correlation_ids text[], $13 traceparents text[], $14 tracestates text[],
-- $15 refusals text[], $16 rules text[], $17 facts_shapes text[], $18 facts text[], $19 facts_sealed bytea[],
-- $20 outputs_counts integer[], $21 outputs bytea[], $22 replays_of text[]; in the order of
-- deciding
INSERT INTO guichet.journal (worker, decided_at, incarnation, ordinal, topic, partition, input_offset, sequence, siren,
    subject_id, person, event_id, event_type, correlation_id, traceparent, tracestate, refusal, rules, facts_shape,
    facts, facts_sealed, outputs_count, outputs, replay_of)
SELECT $1::text, $2::timestamptz, progress.incarnation, batch.ordinal, batch.topic, batch.partition, input_offset,
    sequence, siren, subject_id, person, event_id, event_type, correlation_id, traceparent, tracestate, refusal, rules,
    facts_shape, facts, facts_sealed, outputs_count, outputs, replay_of
FROM unnest($3::text[], $4::integer[], $5::bigint[], $6::integer[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
    $19::bytea[], $20::integer[], $21::bytea[], $22::text[]) WITH ORDINALITY
    AS batch (topic, partition, input_offset, sequence, siren, subject_id, person, event_id, event_type,
        correlation_id, traceparent, tracestate, refusal, rules, facts_shape, facts, facts_sealed, outputs_count,
        outputs, replay_of, ordinal)
LEFT JOIN guichet.progress
    ON progress.worker = $1::text AND progress.topic = batch.topic AND progress.partition = batch.partition
