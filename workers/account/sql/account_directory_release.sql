-- $1 account_ids text[]: claims that came to nothing
DELETE FROM guichet.account_directory
WHERE account_id = ANY ($1::text[]) AND siren IS NULL
