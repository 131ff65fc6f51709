-- $1 sirens text[], $2 merge_ids text[], $3 outcomes text[], $4 session_account_ids text[], $5 other_account_ids text[], $6 fingerprints bytea[], $7 decided_at timestamptz[]
INSERT INTO guichet.account_merge (siren, merge_id, outcome, session_account_id, other_account_id,
                                   fingerprint, decided_at)
SELECT siren, merge_id, outcome, session_account_id, other_account_id, fingerprint, decided_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[],
            $7::timestamptz[])
    AS new (siren, merge_id, outcome, session_account_id, other_account_id, fingerprint,
            decided_at)
