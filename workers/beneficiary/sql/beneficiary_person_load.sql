-- $1 sirens text[], $2 insured_ids uuid[]: the people covered beside them, or waiting to be
SELECT beneficiary.siren, beneficiary.insured_id, beneficiary.contract_id,
       beneficiary.beneficiary_id, beneficiary.source_id, beneficiary.state, beneficiary.relation,
       beneficiary.scheme, beneficiary.coverage_from, beneficiary.removed_on, beneficiary.content,
       beneficiary.sealed
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.beneficiary USING (siren, insured_id)
WHERE beneficiary.state IN ('covered', 'waiting')
ORDER BY beneficiary.siren, beneficiary.insured_id, beneficiary.coverage_from,
         beneficiary.beneficiary_id, beneficiary.source_id
