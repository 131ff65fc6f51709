-- $1 worker text, $2 before timestamptz, $3 partitions integer, $4 shares integer[], $5 most integer: the shares, of
-- these, among whose timers something is due
SELECT DISTINCT due.share
FROM (
    SELECT lane % $3::integer AS share
    FROM guichet.timer
    WHERE worker = $1::text AND due_at < $2::timestamptz AND lane % $3::integer = ANY ($4::integer[])
    ORDER BY due_at
    LIMIT $5::integer
) AS due
