-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[], $4 ended_on date[], $5 decided_at timestamptz[]
INSERT INTO guichet.affiliation_end (siren, insured_id, contract_id, ended_on, decided_at)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::date[], $5::timestamptz[])
