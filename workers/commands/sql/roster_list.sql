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
CROSS JOIN LATERAL (
    -- Of those covered beside him, who is so by this affiliation: none of his others began later and by then.
    SELECT count(DISTINCT person.beneficiary_id)::integer AS people
    FROM guichet.beneficiary AS person
    WHERE person.siren = affiliation.siren AND person.insured_id = affiliation.insured_id
        AND person.contract_id = affiliation.contract_id
        AND person.state = 'covered' AND person.removed_on IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM guichet.affiliation AS other
            WHERE other.siren = affiliation.siren AND other.insured_id = affiliation.insured_id
                AND other.contract_id = affiliation.contract_id
                AND other.request_id <> affiliation.request_id
                AND other.effective_on <= person.coverage_from
                AND (affiliation.effective_on > person.coverage_from
                    OR other.effective_on > affiliation.effective_on))) AS covered
ORDER BY affiliation.contract_id, affiliation.insured_id
