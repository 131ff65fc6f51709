-- $1 calendar_id text, $2 most integer: open requests judged by an older revision of that calendar, but for those with a
-- timer of their own for it: they were refused, and are tried again apart from the others
SELECT request.siren, request.request_id AS subject
FROM guichet.affiliation_request AS request
WHERE request.calendar_id = $1::text AND request.status IN ('waiting', 'under_review')
    AND request.calendar_revision < (
        SELECT max(calendar.revision)
        FROM guichet.calendar AS calendar
        WHERE calendar.calendar_id = $1::text)
    AND NOT EXISTS (
        SELECT
        FROM guichet.timer
        WHERE timer.siren = request.siren AND timer.worker = 'affiliation' AND timer.kind = 'calendar'
            AND timer.subject = request.request_id)
ORDER BY request.siren, request.request_id
LIMIT $2::integer
