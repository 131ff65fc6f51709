-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[]: the ends of these affiliations that billing was told of
SELECT told.siren, told.insured_id, told.contract_id, told.request_id, told.ended_on, told.times,
       told.decided_at
FROM (SELECT DISTINCT siren, insured_id, contract_id
      FROM unnest($1::text[], $2::uuid[], $3::text[]) AS asked (siren, insured_id, contract_id))
    AS wanted
JOIN guichet.affiliation_end AS told USING (siren, insured_id, contract_id)
ORDER BY told.siren, told.insured_id, told.contract_id, told.decided_at, told.ended_on
