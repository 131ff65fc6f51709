-- $1 worker text, $2 topic text, $3 partition integer, $4 from_offset bigint: a page, its last input to the end
SELECT decided_at, topic, partition, input_offset, sequence, siren, subject_id, person, event_id, event_type,
       correlation_id, traceparent, tracestate, refusal, rules, facts_shape, facts, facts_sealed, outputs_count, outputs,
       replay_of
FROM (
    SELECT *
    FROM guichet.journal
    WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND input_offset >= $4::bigint
    ORDER BY input_offset
    FETCH FIRST 500 ROWS WITH TIES
) AS page
ORDER BY input_offset, sequence
