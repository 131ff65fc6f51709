-- $1 sirens text[]: the current revision of the employers' contracts, and who holds them, by id
SELECT current.siren, current.contract_id, current.revision, current.category, current.ends_on,
       current.fingerprint, current.recorded_at, attachment.account_id AS holder_account_id,
       attachment.attached_at
FROM (
    SELECT DISTINCT ON (contract.siren, contract.contract_id)
           contract.siren, contract.contract_id, contract.revision, contract.category,
           contract.ends_on, contract.fingerprint, contract.recorded_at
    FROM guichet.contract
    WHERE contract.siren = ANY ($1::text[])
    ORDER BY contract.siren, contract.contract_id, contract.revision DESC
) AS current
LEFT JOIN guichet.attachment USING (siren, contract_id)
ORDER BY current.siren, current.contract_id COLLATE "C"
