-- $1 siren text: everybody insured, by contract, with the latest affiliation's terms
SELECT affiliation.contract_id, affiliation.insured_id, affiliation.channel,
       affiliation.effective_on, affiliation.ended_on, affiliation.option,
       coalesce(covered.people, 0) AS beneficiary_count, insured.content, insured.sealed
FROM (SELECT DISTINCT ON (contract_id, insured_id) *
      FROM guichet.affiliation
      WHERE siren = $1::text
      ORDER BY contract_id, insured_id, accepted_at DESC, request_id DESC) AS affiliation
JOIN guichet.insured AS insured
    ON insured.siren = affiliation.siren AND insured.insured_id = affiliation.insured_id
LEFT JOIN (SELECT contract_id, insured_id, count(DISTINCT beneficiary_id)::integer AS people
           FROM guichet.beneficiary
           WHERE siren = $1::text AND state = 'covered' AND removed_on IS NULL
           GROUP BY contract_id, insured_id) AS covered
    ON covered.contract_id = affiliation.contract_id
    AND covered.insured_id = affiliation.insured_id
ORDER BY affiliation.contract_id, affiliation.insured_id
