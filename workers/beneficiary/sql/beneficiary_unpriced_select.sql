-- $1 published_at timestamptz, $2 most integer: additions without a PMSS that were last looked at by then, but for those
-- with a timer of their own for it: they were refused, and are tried again apart from the others
SELECT addition.siren, addition.addition_id AS subject
FROM guichet.addition
WHERE addition.status = 'held_pmss' AND addition.looked_at <= $1::timestamptz
    AND NOT EXISTS (
        SELECT
        FROM guichet.timer
        WHERE timer.siren = addition.siren AND timer.worker = 'beneficiary' AND timer.kind = 'pmss'
            AND timer.subject = addition.addition_id)
ORDER BY addition.siren, addition.addition_id
LIMIT $2::integer
