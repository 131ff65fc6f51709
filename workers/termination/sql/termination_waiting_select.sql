-- $1 sirens text[], $2 contract_ids text[], $3 most_each integer, $4 most integer: what waits for these contracts, those that came first
SELECT journey.siren, journey.journey_id, journey.contract_id, journey.state, journey.last_step_at,
       journey.fingerprint, journey.received_at, journey.grace_ends_at, journey.legal_basis,
       journey.effective_on, journey.withdrawn_at, journey.recorded_at, journey.correlation_id,
       journey.traceparent, journey.tracestate, journey.content
FROM (SELECT DISTINCT siren, contract_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, contract_id)) AS wanted
CROSS JOIN LATERAL (
    SELECT *
    FROM guichet.termination_journey AS one
    WHERE one.siren = wanted.siren AND one.contract_id = wanted.contract_id
        AND one.state = 'waiting'
    ORDER BY one.grace_ends_at, one.received_at, one.journey_id
    LIMIT $3::integer) AS journey
ORDER BY journey.siren, journey.contract_id, journey.grace_ends_at, journey.received_at,
         journey.journey_id
LIMIT $4::integer
