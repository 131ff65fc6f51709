-- $1 account_ids text[]: in one order everywhere, so that two claims cannot wait for each other
INSERT INTO guichet.account_directory (account_id)
SELECT wanted.account_id
FROM unnest($1::text[]) AS wanted (account_id)
ORDER BY wanted.account_id COLLATE "C"
ON CONFLICT DO NOTHING
