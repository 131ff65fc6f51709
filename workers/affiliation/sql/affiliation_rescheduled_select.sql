-- $1 calendar_id text, $2 most integer: open requests judged by an older revision of that calendar
SELECT request.siren, request.request_id AS subject
FROM guichet.affiliation_request AS request
WHERE request.calendar_id = $1::text AND request.status IN ('waiting', 'under_review')
    AND request.calendar_revision < (
        SELECT max(calendar.revision)
        FROM guichet.calendar AS calendar
        WHERE calendar.calendar_id = $1::text)
ORDER BY request.siren, request.request_id
LIMIT $2::integer
