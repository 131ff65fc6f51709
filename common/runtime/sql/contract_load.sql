-- $1 sirens text[], $2 contract_ids text[]: the current revision of each contract
SELECT current.siren, current.contract_id, current.content, current.sealed
FROM unnest($1::text[], $2::text[]) AS wanted (siren, contract_id)
CROSS JOIN LATERAL (
    SELECT contract.siren, contract.contract_id, contract.content, contract.sealed
    FROM guichet.contract
    WHERE contract.siren = wanted.siren AND contract.contract_id = wanted.contract_id
    ORDER BY contract.revision DESC
    LIMIT 1
) AS current
