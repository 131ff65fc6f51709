-- $1 sirens text[], $2 nir_hashes bytea[], $3 temporary_hashes bytea[]: the people recognised
WITH wanted AS (
    SELECT DISTINCT siren, nir_hash, temporary_hash
    FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS asked (siren, nir_hash, temporary_hash)
)
SELECT insured.siren, insured.insured_id, insured.nir_hash, insured.temporary_hash,
       insured.account_state, insured.content, insured.sealed, insured.recorded_at
FROM wanted
JOIN guichet.insured AS insured
    ON insured.siren = wanted.siren AND insured.nir_hash = wanted.nir_hash
UNION
SELECT insured.siren, insured.insured_id, insured.nir_hash, insured.temporary_hash,
       insured.account_state, insured.content, insured.sealed, insured.recorded_at
FROM wanted
JOIN guichet.insured AS insured
    ON insured.siren = wanted.siren AND insured.temporary_hash = wanted.temporary_hash
