-- $1 worker text, $2 decided_at timestamptz, then arrays, one item per input: $3 topics text[], $4 partitions
-- integer[], $5 offsets bigint[], $6 sirens text[], $7 subject_ids text[], $8 persons text[], $9 event_ids text[],
-- $10 event_types text[], $11 correlation_ids text[], $12 traceparents text[], $13 tracestates text[], $14 refusals
-- text[], $15 rules text[], $16 facts text[], $17 facts_sealed bytea[], $18 outputs_counts integer[], $19 outputs bytea[]
INSERT INTO guichet.journal (worker, decided_at, topic, partition, input_offset, siren, subject_id, person, event_id,
    event_type, correlation_id, traceparent, tracestate, refusal, rules, facts, facts_sealed, outputs_count, outputs)
SELECT $1::text, $2::timestamptz, batch.*
FROM unnest($3::text[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::bytea[], $18::integer[],
    $19::bytea[]) AS batch
