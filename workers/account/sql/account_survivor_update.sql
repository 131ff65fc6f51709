-- $1 sirens text[], $2 account_ids text[], $3 survivor_account_ids text[]: the last survivor, so that an alias resolves in one step
UPDATE guichet.account
SET survivor_account_id = moved.survivor_account_id
FROM unnest($1::text[], $2::text[], $3::text[]) AS moved (siren, account_id, survivor_account_id)
WHERE account.siren = moved.siren AND account.account_id = moved.account_id
