-- $1 sirens text[], $2 insured_ids text[], $3 most_each integer, $4 most integer: what waits for these insured, those whose grace ends first
SELECT addition.siren, addition.addition_id, addition.insured_id, addition.contract_id, addition.status,
       addition.fingerprint, addition.submitted_at, addition.decided_at, addition.deadline_at,
       addition.reasons, addition.grace_ends_at, addition.held_at, addition.looked_at,
       addition.reminders, addition.answer, addition.correlation_id, addition.traceparent,
       addition.tracestate, addition.content, addition.sealed
FROM (SELECT DISTINCT siren, insured_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, insured_id)) AS wanted
CROSS JOIN LATERAL (
    SELECT *
    FROM guichet.addition AS one
    WHERE one.siren = wanted.siren AND one.insured_id = wanted.insured_id
        AND one.status = 'waiting'
    ORDER BY one.grace_ends_at, one.addition_id
    LIMIT $3::integer) AS addition
ORDER BY addition.siren, addition.insured_id, addition.grace_ends_at, addition.addition_id
LIMIT $4::integer
