-- $1 calendar_id text, $2 revision integer
SELECT calendar_id, revision, base
FROM guichet.calendar
WHERE calendar_id = $1::text AND revision = $2::integer;
