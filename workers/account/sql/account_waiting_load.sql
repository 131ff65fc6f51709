-- $1 sirens text[], $2 contract_ids text[], $3 most integer: the registrations that wait for these contracts, each employer's first ones
SELECT waiting.siren, waiting.registration_id, waiting.account_id, waiting.category,
       waiting.outcome, waiting.fingerprint, waiting.decided_at, waiting.grace_ends_at,
       waiting.content, waiting.correlation_id, waiting.traceparent, waiting.tracestate
FROM (SELECT come.siren, array_agg(come.contract_id) AS contract_ids
      FROM unnest($1::text[], $2::text[]) AS come (siren, contract_id)
      GROUP BY come.siren) AS wanted
CROSS JOIN LATERAL (
    SELECT *
    FROM guichet.registration AS one
    WHERE one.siren = wanted.siren
        AND one.outcome = 'waiting'
        AND one.content::jsonb -> 'contract_ids' ?| wanted.contract_ids
    ORDER BY one.arrival
    LIMIT $3::integer
) AS waiting
ORDER BY waiting.siren, waiting.arrival
