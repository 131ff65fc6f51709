-- $1 worker text, $2 sirens text[], $3 kinds text[], $4 subjects text[], $5 contents text[], $6 correlation_ids text[],
-- $7 traceparents text[], $8 tracestates text[], $9 grace_ends_ats timestamptz[]
INSERT INTO guichet.early_event (siren, worker, kind, subject, content, correlation_id, traceparent, tracestate,
    grace_ends_at)
SELECT siren, $1::text, kind, subject, content, correlation_id, traceparent, tracestate, grace_ends_at
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
    AS new (siren, kind, subject, content, correlation_id, traceparent, tracestate, grace_ends_at)
