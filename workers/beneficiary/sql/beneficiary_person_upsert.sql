-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[], $4 beneficiary_ids text[], $5 source_ids text[], $6 states text[], $7 relations text[], $8 schemes text[], $9 coverage_from date[], $10 removed_on date[], $11 contents text[], $12 sealed bytea[]
INSERT INTO guichet.beneficiary (siren, insured_id, contract_id, beneficiary_id, source_id, state,
    relation, scheme, coverage_from, removed_on, content, sealed)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::date[], $10::date[], $11::text[], $12::bytea[])
ON CONFLICT (siren, insured_id, contract_id, beneficiary_id, source_id) DO UPDATE
SET state = excluded.state, coverage_from = excluded.coverage_from,
    removed_on = excluded.removed_on
