-- $1 sirens text[], $2 addition_ids text[], $3 insured_ids text[], $4 contract_ids text[], $5 statuses text[], $6 fingerprints bytea[], $7 submitted_at timestamptz[], $8 decided_at timestamptz[], $9 deadline_at timestamptz[], $10 reasons text[], $11 contents text[], $12 sealed bytea[]
INSERT INTO guichet.addition (siren, addition_id, insured_id, contract_id, status, fingerprint,
    submitted_at, decided_at, deadline_at, reasons, content, sealed)
SELECT *
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[],
    $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::bytea[])
