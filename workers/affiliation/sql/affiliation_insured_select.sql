-- $1 sirens text[], $2 nir_hashes bytea[], $3 temporary_hashes bytea[], $4 insured_ids uuid[], $5 notification_ids uuid[]: the people recognised by one of these
WITH wanted AS (
    SELECT DISTINCT siren, nir_hash, temporary_hash, insured_id, notification_id
    FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::uuid[], $5::uuid[])
        AS asked (siren, nir_hash, temporary_hash, insured_id, notification_id)
), found AS (
    SELECT insured.siren, insured.insured_id
    FROM wanted
    JOIN guichet.insured AS insured
        ON insured.siren = wanted.siren AND insured.nir_hash = wanted.nir_hash
    UNION
    SELECT insured.siren, insured.insured_id
    FROM wanted
    JOIN guichet.insured AS insured
        ON insured.siren = wanted.siren AND insured.temporary_hash = wanted.temporary_hash
    UNION
    SELECT wanted.siren, wanted.insured_id
    FROM wanted
    WHERE wanted.insured_id IS NOT NULL
    UNION
    SELECT insured.siren, insured.insured_id
    FROM wanted
    JOIN guichet.insured AS insured
        ON insured.siren = wanted.siren AND insured.notification_id = wanted.notification_id
)
SELECT insured.siren, insured.insured_id, insured.nir_hash, insured.temporary_hash,
       insured.account_state, insured.content, insured.sealed, insured.recorded_at,
       insured.notification_id, insured.link_expires_at, insured.correlation_id,
       insured.traceparent, insured.tracestate
FROM found
JOIN guichet.insured AS insured
    ON insured.siren = found.siren AND insured.insured_id = found.insured_id
