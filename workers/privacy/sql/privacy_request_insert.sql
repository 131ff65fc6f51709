-- $1 sirens text[], $2 privacy_request_ids text[], $3 wishes text[], $4 named text[], $5 persons text[], $6 fingerprints
-- bytea[], $7 decided_ats timestamptz[]
INSERT INTO guichet.privacy_request (siren, privacy_request_id, wish, named, person, fingerprint, decided_at)
SELECT *
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
