-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[], $4 versions integer[]
INSERT INTO guichet.roster_entry AS entry (siren, insured_id, contract_id, version)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::integer[])
ON CONFLICT (siren, contract_id, insured_id) DO UPDATE
SET version = excluded.version
