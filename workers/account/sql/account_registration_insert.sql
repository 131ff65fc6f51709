-- $1 sirens text[], $2 registration_ids text[], $3 account_ids text[], $4 categories text[], $5 outcomes text[], $6 fingerprints bytea[], $7 decided_at timestamptz[]
INSERT INTO guichet.registration (siren, registration_id, account_id, category, outcome,
                                  fingerprint, decided_at)
SELECT siren, registration_id, account_id, category, outcome, fingerprint, decided_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[],
            $7::timestamptz[])
    AS new (siren, registration_id, account_id, category, outcome, fingerprint, decided_at)
