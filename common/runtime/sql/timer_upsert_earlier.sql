-- $1 sirens text[], $2 workers text[], $3 kinds text[], $4 subjects text[], $5 lanes integer[], $6 due_ats timestamptz[],
-- $7 correlation_ids text[], $8 traceparents text[], $9 tracestates text[]: arms, unless an earlier instant is wanted already
INSERT INTO guichet.timer AS timer (siren, worker, kind, subject, lane, due_at, correlation_id, traceparent, tracestate)
SELECT siren, worker, kind, subject, lane, due_at, correlation_id, traceparent, tracestate
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::timestamptz[], $7::text[], $8::text[],
            $9::text[])
    AS new (siren, worker, kind, subject, lane, due_at, correlation_id, traceparent, tracestate)
ON CONFLICT (siren, worker, kind, subject) DO UPDATE
SET due_at = excluded.due_at,
    correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent,
    tracestate = excluded.tracestate
WHERE timer.due_at > excluded.due_at
