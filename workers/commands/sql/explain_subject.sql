-- $1 subject_id text, $2 siren text (null: any employer's)
SELECT worker,
       event_type IS NOT DISTINCT FROM 'guichet.clock.ticked.v1' OR EXISTS (
           SELECT
           FROM guichet.journal AS later
           WHERE later.recorded_at = journal.recorded_at AND later.worker = journal.worker
               AND later.topic = journal.topic AND later.partition = journal.partition
               AND later.input_offset = journal.input_offset
               AND later.sequence > journal.sequence) AS is_part,
       decided_at, topic, partition, input_offset, sequence, siren, subject_id, person, event_id, event_type,
       correlation_id, traceparent, tracestate, refusal, rules, facts_shape, facts, facts_sealed, outputs_count, outputs,
       replay_of
FROM guichet.journal
WHERE subject_id = $1::text AND ($2::text IS NULL OR siren = $2::text)
ORDER BY decided_at, worker, topic, partition, input_offset, sequence
LIMIT 1000
