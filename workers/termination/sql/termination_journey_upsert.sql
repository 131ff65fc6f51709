-- $1 sirens text[], $2 journey_ids text[], $3 contract_ids text[], $4 states text[], $5 last_steps_at timestamptz[], $6 fingerprints bytea[], $7 received_ats timestamptz[], $8 graces_end_at timestamptz[], $9 legal_bases text[], $10 effective_ons date[], $11 withdrawn_ats timestamptz[], $12 recorded_ats timestamptz[], $13 correlation_ids text[], $14 traceparents text[], $15 tracestates text[], $16 contents text[]: a notice that no longer stands makes room first for the one that does
INSERT INTO guichet.termination_journey AS journey (
    siren, journey_id, contract_id, state, last_step_at, fingerprint, received_at, grace_ends_at,
    legal_basis, effective_on, withdrawn_at, recorded_at, correlation_id, traceparent, tracestate,
    content)
SELECT changed.*
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[],
            $7::timestamptz[], $8::timestamptz[], $9::text[], $10::date[], $11::timestamptz[],
            $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::text[])
    AS changed (siren, journey_id, contract_id, state, last_step_at, fingerprint, received_at,
                grace_ends_at, legal_basis, effective_on, withdrawn_at, recorded_at,
                correlation_id, traceparent, tracestate, content)
ORDER BY changed.state = 'notified'
ON CONFLICT (siren, journey_id) DO UPDATE
SET contract_id = excluded.contract_id,
    state = excluded.state,
    last_step_at = excluded.last_step_at,
    fingerprint = excluded.fingerprint,
    received_at = excluded.received_at,
    grace_ends_at = excluded.grace_ends_at,
    legal_basis = excluded.legal_basis,
    effective_on = excluded.effective_on,
    withdrawn_at = excluded.withdrawn_at,
    recorded_at = excluded.recorded_at,
    correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent,
    tracestate = excluded.tracestate,
    content = excluded.content
