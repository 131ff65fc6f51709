-- $1 sirens text[], $2 journey_ids text[]: the journeys among these that are known
SELECT journey.siren, journey.journey_id, journey.contract_id, journey.state, journey.last_step_at,
       journey.fingerprint, journey.received_at, journey.grace_ends_at, journey.legal_basis,
       journey.effective_on, journey.withdrawn_at, journey.recorded_at, journey.correlation_id,
       journey.traceparent, journey.tracestate, journey.content
FROM (SELECT DISTINCT siren, journey_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, journey_id)) AS wanted
JOIN guichet.termination_journey AS journey
    ON journey.siren = wanted.siren AND journey.journey_id = wanted.journey_id
