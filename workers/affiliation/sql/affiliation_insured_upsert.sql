-- $1 sirens text[], $2 insured_ids uuid[], $3 nir_hashes bytea[], $4 temporary_hashes bytea[], $5 account_states text[], $6 contents text[], $7 sealed bytea[], $8 recorded_ats timestamptz[], $9 notification_ids uuid[], $10 links_expire_at timestamptz[], $11 correlation_ids text[], $12 traceparents text[], $13 tracestates text[]
INSERT INTO guichet.insured AS insured (
    siren, insured_id, nir_hash, temporary_hash, account_state, content, sealed, recorded_at,
    notification_id, link_expires_at, correlation_id, traceparent, tracestate)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::bytea[],
            $8::timestamptz[], $9::uuid[], $10::timestamptz[], $11::text[], $12::text[],
            $13::text[])
ON CONFLICT (siren, insured_id) DO UPDATE
SET nir_hash = excluded.nir_hash,
    temporary_hash = excluded.temporary_hash,
    account_state = excluded.account_state,
    content = excluded.content,
    sealed = excluded.sealed,
    recorded_at = excluded.recorded_at,
    notification_id = excluded.notification_id,
    link_expires_at = excluded.link_expires_at,
    correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent,
    tracestate = excluded.tracestate
