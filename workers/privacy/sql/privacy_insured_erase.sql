-- $1 sirens text[], $2 insured_ids uuid[]: they are not recognised again, and no letter follows a link
UPDATE guichet.insured AS insured
SET nir_hash = NULL, temporary_hash = NULL, sealed = NULL, link_expires_at = NULL
FROM unnest($1::text[], $2::uuid[]) AS gone (siren, insured_id)
WHERE insured.siren = gone.siren AND insured.insured_id = gone.insured_id
