-- $1 calendar_id text. The latest revision of a calendar.
SELECT calendar_id, revision, base
FROM guichet.calendar
WHERE calendar_id = $1::text
ORDER BY revision DESC
LIMIT 1;
