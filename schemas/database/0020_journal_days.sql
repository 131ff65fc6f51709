-- The journal's days are attached rather than made in their place: nobody who reads or writes the journal
-- meanwhile, however long, is waited for or kept waiting.

-- Makes the days from yesterday to `days` ahead that are missing; returns how many.
CREATE OR REPLACE FUNCTION guichet.journal_prepare(days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    day  date;
    made integer := 0;
    name text;
BEGIN
    LOCK TABLE guichet.installation IN SHARE ROW EXCLUSIVE MODE; -- one at a time
    FOR n IN -1 .. days LOOP
        day := (now() AT TIME ZONE 'UTC')::date + n;
        name := 'journal_' || to_char(day, 'YYYYMMDD');
        IF to_regclass('guichet.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE guichet.%I (LIKE guichet.journal INCLUDING DEFAULTS INCLUDING STORAGE)'
                           ' WITH (toast_tuple_target = 8160)', name);
            EXECUTE format('ALTER TABLE guichet.journal ATTACH PARTITION guichet.%I FOR VALUES FROM (%L) TO (%L)',
                           name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;
