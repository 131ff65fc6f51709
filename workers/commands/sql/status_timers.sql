-- $1 workers text[], $2 before timestamptz: timers that should have fired by then, 10,000 of each worker at most
SELECT wanted.worker, late.overdue, late.oldest
FROM unnest($1::text[]) AS wanted (worker)
CROSS JOIN LATERAL (
    SELECT count(*) AS overdue, min(due_at) AS oldest
    FROM (
        SELECT due_at
        FROM guichet.timer
        WHERE timer.worker = wanted.worker AND due_at < $2::timestamptz
        ORDER BY due_at
        LIMIT 10000
    ) AS first
) AS late
