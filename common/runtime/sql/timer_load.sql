-- $1 worker text, $2 before timestamptz, $3 sirens text[], $4 kinds text[], $5 subjects text[]: those of these that are
-- still due, now that their employers are locked
SELECT timer.siren, timer.worker, timer.kind, timer.subject, timer.lane, timer.due_at,
       timer.correlation_id, timer.traceparent, timer.tracestate
FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS wanted (siren, kind, subject, place)
JOIN guichet.timer
    ON timer.siren = wanted.siren AND timer.worker = $1::text AND timer.kind = wanted.kind
    AND timer.subject = wanted.subject
WHERE timer.due_at < $2::timestamptz
ORDER BY wanted.place
