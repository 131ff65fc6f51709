-- $1 sirens text[], $2 contract_ids text[], $3 revisions integer[], $4 categories text[], $5 starts_on date[], $6 ends_on date[], $7 fingerprints bytea[], $8 contents text[], $9 sealed bytea[], $10 recorded_at timestamptz[]
INSERT INTO guichet.contract (siren, contract_id, revision, category, starts_on, ends_on,
                              fingerprint, content, sealed, recorded_at)
SELECT siren, contract_id, revision, category, starts_on, ends_on, fingerprint, content, sealed,
       recorded_at
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::date[], $6::date[],
            $7::bytea[], $8::text[], $9::bytea[], $10::timestamptz[])
    AS new (siren, contract_id, revision, category, starts_on, ends_on, fingerprint, content,
            sealed, recorded_at)
