-- no parameters: the days that the journal has room for
SELECT to_date(min(name), 'YYYYMMDD') AS first_day, to_date(max(name), 'YYYYMMDD') AS last_day
FROM (
    SELECT substr(relname, 9) AS name
    FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'guichet.journal'::regclass
) AS days
