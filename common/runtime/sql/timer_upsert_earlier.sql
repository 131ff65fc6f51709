-- $1 sirens text[], $2 workers text[], $3 kinds text[], $4 subjects text[], $5 lanes integer[], $6 due_ats timestamptz[]:
-- arms, unless an earlier instant is wanted already
INSERT INTO guichet.timer AS timer (siren, worker, kind, subject, lane, due_at)
SELECT siren, worker, kind, subject, lane, due_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::timestamptz[])
    AS new (siren, worker, kind, subject, lane, due_at)
ON CONFLICT (siren, worker, kind, subject) DO UPDATE
SET due_at = excluded.due_at
WHERE timer.due_at > excluded.due_at
