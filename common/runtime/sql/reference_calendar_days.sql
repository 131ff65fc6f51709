-- $1 calendar_id text, $2 revision integer. Closures first, then worked holidays, each by date.
SELECT days.day, days.worked
FROM guichet.calendar,
     LATERAL (SELECT DISTINCT day, false AS worked FROM unnest(extra_closures) AS closure (day)
              UNION ALL
              SELECT DISTINCT day, true FROM unnest(worked_holidays) AS holiday (day)) AS days
WHERE calendar_id = $1::text AND revision = $2::integer AND days.day IS NOT NULL
ORDER BY days.worked, days.day;
