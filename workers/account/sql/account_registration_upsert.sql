-- $1 sirens text[], $2 registration_ids text[], $3 account_ids text[], $4 categories text[], $5 outcomes text[], $6 fingerprints bytea[], $7 decided_at timestamptz[], $8 graces_end_at timestamptz[], $9 contents text[], $10 correlation_ids text[], $11 traceparents text[], $12 tracestates text[]: in the order in which they came
INSERT INTO guichet.registration (siren, registration_id, account_id, category, outcome,
                                  fingerprint, decided_at, grace_ends_at, content, correlation_id,
                                  traceparent, tracestate)
SELECT siren, registration_id, account_id, category, outcome, fingerprint, decided_at,
       grace_ends_at, content, correlation_id, traceparent, tracestate
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[],
            $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::text[],
            $12::text[])
    WITH ORDINALITY
    AS new (siren, registration_id, account_id, category, outcome, fingerprint, decided_at,
            grace_ends_at, content, correlation_id, traceparent, tracestate, place)
ORDER BY place
ON CONFLICT (siren, registration_id) DO UPDATE
SET account_id = excluded.account_id,
    outcome = excluded.outcome,
    decided_at = excluded.decided_at,
    grace_ends_at = excluded.grace_ends_at,
    content = excluded.content,
    correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent,
    tracestate = excluded.tracestate
