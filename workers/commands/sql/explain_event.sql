-- $1 event_id text
SELECT worker, decided_at, topic, partition, input_offset, sequence, siren, subject_id, person, event_id, event_type,
       correlation_id, traceparent, tracestate, refusal, rules, facts_shape, facts, facts_sealed, outputs_count, outputs
FROM guichet.journal
WHERE event_id = $1::text
ORDER BY decided_at, worker, topic, partition, input_offset, sequence
LIMIT 1000
