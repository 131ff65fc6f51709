-- $1 sirens text[], $2 insured_ids uuid[], $3 nir_hashes bytea[], $4 temporary_hashes bytea[], $5 account_states text[], $6 contents text[], $7 sealed bytea[], $8 recorded_ats timestamptz[]
INSERT INTO guichet.insured AS insured (
    siren, insured_id, nir_hash, temporary_hash, account_state, content, sealed, recorded_at)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::bytea[],
            $8::timestamptz[])
ON CONFLICT (siren, insured_id) DO UPDATE
SET nir_hash = excluded.nir_hash,
    temporary_hash = excluded.temporary_hash,
    account_state = excluded.account_state,
    content = excluded.content,
    sealed = excluded.sealed,
    recorded_at = excluded.recorded_at
