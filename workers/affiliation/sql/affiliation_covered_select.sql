-- $1 sirens text[], $2 insured_ids uuid[]: who is covered beside them and was not removed, since when
SELECT beneficiary.siren, beneficiary.insured_id, beneficiary.contract_id,
       beneficiary.beneficiary_id, beneficiary.coverage_from
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.beneficiary AS beneficiary
    ON beneficiary.siren = wanted.siren AND beneficiary.insured_id = wanted.insured_id
WHERE beneficiary.state = 'covered' AND beneficiary.removed_on IS NULL
