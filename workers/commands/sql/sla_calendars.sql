-- $1 calendar_id text: the other calendars that open requests began with
SELECT DISTINCT calendar_id
FROM guichet.affiliation_request
WHERE status IN ('waiting', 'under_review') AND calendar_id <> $1::text
ORDER BY calendar_id
