-- $1 calendar_ids text[]: the current revision of each calendar asked for, without its days
SELECT DISTINCT ON (calendar_id) calendar_id, revision, fingerprint, recorded_at
FROM guichet.calendar
WHERE calendar_id = ANY ($1::text[])
ORDER BY calendar_id, revision DESC
