-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[], $4 request_ids text[], $5 ended_on date[], $6 times integer[], $7 decided_at timestamptz[]
INSERT INTO guichet.affiliation_end (siren, insured_id, contract_id, request_id, ended_on, times,
    decided_at)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::integer[],
    $7::timestamptz[])
ON CONFLICT (siren, insured_id, contract_id, request_id, ended_on) DO UPDATE
SET times = excluded.times, decided_at = excluded.decided_at
