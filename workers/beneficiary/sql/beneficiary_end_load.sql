-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[], $4 ended_on date[]: the ends among these that billing was told of
SELECT affiliation_end.siren, affiliation_end.insured_id, affiliation_end.contract_id,
       affiliation_end.ended_on, affiliation_end.decided_at
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::date[])
    AS wanted (siren, insured_id, contract_id, ended_on)
JOIN guichet.affiliation_end USING (siren, insured_id, contract_id, ended_on)
