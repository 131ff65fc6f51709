-- A program from before 0014 that still runs while the database is migrated stores rows without an incarnation: they
-- are of the one that the partition is in. Without it nobody would find them, neither to publish nor to compare.

CREATE FUNCTION guichet.journal_incarnation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT progress.incarnation INTO NEW.incarnation
    FROM guichet.progress
    WHERE progress.worker = NEW.worker AND progress.topic = NEW.topic AND progress.partition = NEW.partition;
    RETURN NEW;
END
$$;
CREATE TRIGGER journal_incarnation BEFORE INSERT ON guichet.journal
FOR EACH ROW WHEN (NEW.incarnation IS NULL) EXECUTE FUNCTION guichet.journal_incarnation();

-- What came between 0014 and this; the trigger's lock keeps more from coming.
UPDATE guichet.journal
SET incarnation = progress.incarnation
FROM guichet.progress
WHERE journal.incarnation IS NULL
  AND journal.worker = progress.worker
  AND journal.topic = progress.topic
  AND journal.partition = progress.partition;
