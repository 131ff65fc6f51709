-- $1 sirens text[], $2 request_ids text[], $3 root_request_ids text[], $4 contract_ids text[], $5 channels text[], $6 statuses text[], $7 insured_ids uuid[], $8 persons text[], $9 fingerprints bytea[], $10 submitted_ats timestamptz[], $11 first_submitted_ats timestamptz[], $12 due_ats timestamptz[], $13 calendar_ids text[], $14 calendar_revisions integer[], $15 decided_ats timestamptz[], $16 reasons text[], $17 tracking_versions integer[], $18 milestones_raised integer[], $19 graces_end_at timestamptz[], $20 correlation_ids text[], $21 traceparents text[], $22 tracestates text[], $23 contents text[], $24 sealed bytea[]
INSERT INTO guichet.affiliation_request AS request (
    siren, request_id, root_request_id, contract_id, channel, status, insured_id, person,
    fingerprint, submitted_at, first_submitted_at, due_at, calendar_id, calendar_revision, decided_at, reasons,
    tracking_version, milestones_raised, grace_ends_at, correlation_id, traceparent, tracestate,
    content, sealed)
SELECT *
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
            $8::text[], $9::bytea[], $10::timestamptz[], $11::timestamptz[],
            $12::timestamptz[], $13::text[], $14::integer[], $15::timestamptz[], $16::text[],
            $17::integer[], $18::integer[], $19::timestamptz[], $20::text[], $21::text[],
            $22::text[], $23::text[], $24::bytea[])
ON CONFLICT (siren, request_id) DO UPDATE
SET status = excluded.status,
    insured_id = excluded.insured_id,
    person = excluded.person,
    due_at = excluded.due_at,
    calendar_revision = excluded.calendar_revision,
    decided_at = excluded.decided_at,
    reasons = excluded.reasons,
    tracking_version = excluded.tracking_version,
    milestones_raised = excluded.milestones_raised,
    grace_ends_at = excluded.grace_ends_at,
    correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent,
    tracestate = excluded.tracestate,
    content = excluded.content,
    sealed = excluded.sealed
