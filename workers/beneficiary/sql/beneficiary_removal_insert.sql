-- $1 sirens text[], $2 removal_ids text[], $3 fingerprints bytea[], $4 decided_at timestamptz[]
INSERT INTO guichet.removal (siren, removal_id, fingerprint, decided_at)
SELECT *
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[])
