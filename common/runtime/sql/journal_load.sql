-- $1 worker text, $2 topic text, $3 partition integer, $4 from bigint, $5 to bigint (exclusive), $6 most rows integer
SELECT decided_at, topic, partition, input_offset, siren, subject_id, person, event_id, event_type, correlation_id,
       traceparent, tracestate, refusal, rules, facts, facts_sealed, outputs_count, outputs
FROM guichet.journal
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer
  AND input_offset >= $4::bigint AND input_offset < $5::bigint
ORDER BY input_offset
LIMIT $6::integer
