-- $1 sirens text[], $2 contract_ids text[]: whose notices of these contracts stand
SELECT journey.siren, journey.journey_id, journey.contract_id, journey.state, journey.last_step_at,
       journey.fingerprint, journey.received_at, journey.grace_ends_at, journey.legal_basis,
       journey.effective_on, journey.withdrawn_at, journey.recorded_at, journey.correlation_id,
       journey.traceparent, journey.tracestate, journey.content
FROM (SELECT DISTINCT siren, contract_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, contract_id)) AS wanted
JOIN guichet.termination_journey AS journey
    ON journey.siren = wanted.siren AND journey.contract_id = wanted.contract_id
    AND journey.state = 'notified'
