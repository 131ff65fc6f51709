-- $1 sirens text[], $2 addition_ids text[], $3 insured_ids text[], $4 contract_ids text[], $5 statuses text[], $6 fingerprints bytea[], $7 submitted_at timestamptz[], $8 decided_at timestamptz[], $9 deadlines_at timestamptz[], $10 reasons text[], $11 grace_ends_at timestamptz[], $12 held_at timestamptz[], $13 looked_at timestamptz[], $14 reminders integer[], $15 answers text[], $16 correlation_ids text[], $17 traceparents text[], $18 tracestates text[], $19 contents text[], $20 sealed bytea[]
INSERT INTO guichet.addition (siren, addition_id, insured_id, contract_id, status, fingerprint,
    submitted_at, decided_at, deadline_at, reasons, grace_ends_at, held_at, looked_at, reminders,
    answer, correlation_id, traceparent, tracestate, content, sealed)
SELECT *
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[],
    $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[],
    $12::timestamptz[], $13::timestamptz[], $14::integer[], $15::text[], $16::text[], $17::text[],
    $18::text[], $19::text[], $20::bytea[])
ON CONFLICT (siren, addition_id) DO UPDATE
SET status = excluded.status, decided_at = excluded.decided_at,
    deadline_at = excluded.deadline_at, reasons = excluded.reasons,
    grace_ends_at = excluded.grace_ends_at, held_at = excluded.held_at,
    looked_at = excluded.looked_at, reminders = excluded.reminders, answer = excluded.answer,
    correlation_id = excluded.correlation_id, traceparent = excluded.traceparent,
    tracestate = excluded.tracestate, content = excluded.content, sealed = excluded.sealed
