-- $1 event_ids text[]: what came of commands, of those that are decided
SELECT command.event_id, command.rules, named.refusal AS refusal, named.refusal IS NULL AS is_decided,
       coalesce(others.count, 0)::integer AS others
FROM guichet.journal AS command
LEFT JOIN LATERAL (
    SELECT record.refusal
    FROM guichet.journal AS record
    WHERE record.worker = command.worker AND record.topic = command.topic AND record.partition = command.partition
      AND record.input_offset = command.input_offset AND record.replay_of = command.subject_id
    LIMIT 1) AS named ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS count
    FROM guichet.journal AS record
    WHERE record.worker = command.worker AND record.topic = command.topic AND record.partition = command.partition
      AND record.input_offset = command.input_offset AND record.replay_of <> command.subject_id) AS others ON true
WHERE command.event_id = ANY ($1::text[])
  AND command.event_type IN ('guichet.dead-letter.retried.v1', 'guichet.dead-letter.dropped.v1')
