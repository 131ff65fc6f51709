-- $1 sirens text[], $2 contract_ids text[], $3 account_ids text[], $4 causes text[], $5 trigger_ids text[], $6 attached_at timestamptz[]
INSERT INTO guichet.attachment (siren, contract_id, account_id, cause, trigger_id, attached_at)
SELECT siren, contract_id, account_id, cause, trigger_id, attached_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    AS new (siren, contract_id, account_id, cause, trigger_id, attached_at)
