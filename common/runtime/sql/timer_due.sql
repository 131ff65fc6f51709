-- $1 worker text, $2 before timestamptz, $3 partitions integer, $4 share integer, $5 most integer: the earliest
-- timers of a share of the lanes
SELECT siren, worker, kind, subject, lane, due_at
FROM guichet.timer
WHERE worker = $1::text AND due_at < $2::timestamptz AND lane % $3::integer = $4::integer
ORDER BY due_at, siren, kind, subject
LIMIT $5::integer
