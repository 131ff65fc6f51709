-- $1 territories text[], $2 valid_from date[], $3 revisions integer[], $4 amounts_eur integer[], $5 legal_references text[], $6 fingerprints bytea[], $7 recorded_at timestamptz[]
INSERT INTO guichet.pmss (territory, valid_from, revision, amount_eur, legal_reference, fingerprint,
                          recorded_at)
SELECT territory, valid_from, revision, amount_eur, legal_reference, fingerprint, recorded_at
FROM unnest($1::text[], $2::date[], $3::integer[], $4::integer[], $5::text[], $6::bytea[],
            $7::timestamptz[])
    AS new (territory, valid_from, revision, amount_eur, legal_reference, fingerprint, recorded_at)
