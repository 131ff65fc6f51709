-- $1 sirens text[]: the employers' accounts, oldest first
SELECT siren, account_id, category, survivor_account_id, registered_at, place
FROM guichet.account
WHERE siren = ANY ($1::text[])
ORDER BY siren, registered_at, place, account_id COLLATE "C"
