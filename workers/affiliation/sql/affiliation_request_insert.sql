-- $1 sirens text[], $2 request_ids text[], $3 root_request_ids text[], $4 contract_ids text[], $5 channels text[], $6 statuses text[], $7 insured_ids uuid[], $8 persons text[], $9 fingerprints bytea[], $10 submitted_ats timestamptz[], $11 due_ats timestamptz[], $12 calendar_ids text[], $13 calendar_revisions integer[], $14 decided_ats timestamptz[], $15 reasons text[], $16 tracking_versions integer[]
INSERT INTO guichet.affiliation_request (
    siren, request_id, root_request_id, contract_id, channel, status, insured_id, person,
    fingerprint, submitted_at, due_at, calendar_id, calendar_revision, decided_at, reasons,
    tracking_version)
SELECT *
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
            $8::text[], $9::bytea[], $10::timestamptz[], $11::timestamptz[], $12::text[],
            $13::integer[], $14::timestamptz[], $15::text[], $16::integer[])
