-- $1 sirens text[], $2 most integer: the registrations of these employers that wait, each employer's first ones
SELECT waiting.siren, waiting.registration_id, waiting.account_id, waiting.category,
       waiting.outcome, waiting.fingerprint, waiting.decided_at, waiting.grace_ends_at,
       waiting.content, waiting.correlation_id, waiting.traceparent, waiting.tracestate
FROM unnest($1::text[]) AS wanted (siren)
CROSS JOIN LATERAL (
    SELECT *
    FROM guichet.registration AS one
    WHERE one.siren = wanted.siren AND one.outcome = 'waiting'
    ORDER BY one.arrival
    LIMIT $2::integer
) AS waiting
ORDER BY waiting.siren, waiting.arrival
