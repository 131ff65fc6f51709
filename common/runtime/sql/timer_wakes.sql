-- $1 worker text, $2 before timestamptz, $3 sirens text[], $4 most integer: what these employers' subjects waited for has
-- come
SELECT timer.siren, timer.worker, timer.kind, timer.subject, timer.lane, timer.due_at,
       timer.correlation_id, timer.traceparent, timer.tracestate
FROM unnest($3::text[]) AS wanted (siren)
JOIN guichet.timer
    ON timer.siren = wanted.siren AND timer.worker = $1::text AND timer.kind = 'subject_known'
WHERE timer.due_at < $2::timestamptz
ORDER BY timer.due_at, timer.siren, timer.subject
LIMIT $4::integer
