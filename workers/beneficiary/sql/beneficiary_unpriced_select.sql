-- $1 published_at timestamptz, $2 most integer: additions without a PMSS that were last looked at by then
SELECT addition.siren, addition.addition_id AS subject
FROM guichet.addition
WHERE addition.status = 'held_pmss' AND addition.looked_at <= $1::timestamptz
ORDER BY addition.siren, addition.addition_id
LIMIT $2::integer
