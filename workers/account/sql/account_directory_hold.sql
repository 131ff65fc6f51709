-- $1 account_ids text[], $2 sirens text[], $3 categories text[]
UPDATE guichet.account_directory
SET siren = held.siren, category = held.category
FROM unnest($1::text[], $2::text[], $3::text[]) AS held (account_id, siren, category)
WHERE account_directory.account_id = held.account_id
