-- $1 sirens text[], $2 account_ids text[], $3 categories text[], $4 survivor_account_ids text[], $5 registered_at timestamptz[], $6 places integer[]
INSERT INTO guichet.account (siren, account_id, category, survivor_account_id, registered_at, place)
SELECT siren, account_id, category, survivor_account_id, registered_at, place
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::integer[])
    AS new (siren, account_id, category, survivor_account_id, registered_at, place)
