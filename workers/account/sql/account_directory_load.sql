-- $1 account_ids text[]: a row without a siren is our own claim
SELECT account_id, siren, category
FROM guichet.account_directory
WHERE account_id = ANY ($1::text[])
