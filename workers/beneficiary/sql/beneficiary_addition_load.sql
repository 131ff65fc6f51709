-- $1 sirens text[], $2 addition_ids text[]: the additions among these that were seen before
SELECT addition.siren, addition.addition_id, addition.insured_id, addition.contract_id, addition.status,
       addition.fingerprint, addition.submitted_at, addition.decided_at, addition.deadline_at,
       addition.reasons, addition.grace_ends_at, addition.held_at, addition.looked_at,
       addition.reminders, addition.answer, addition.correlation_id, addition.traceparent,
       addition.tracestate, addition.content, addition.sealed
FROM (SELECT DISTINCT siren, addition_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, addition_id)) AS wanted
JOIN guichet.addition USING (siren, addition_id)
