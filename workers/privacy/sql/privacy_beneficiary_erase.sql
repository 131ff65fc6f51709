-- $1 sirens text[], $2 insured_ids uuid[]
UPDATE guichet.beneficiary AS beneficiary
SET sealed = NULL
FROM unnest($1::text[], $2::uuid[]) AS gone (siren, insured_id)
WHERE beneficiary.siren = gone.siren AND beneficiary.insured_id = gone.insured_id
  AND beneficiary.sealed IS NOT NULL
