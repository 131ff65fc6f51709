-- A program from before 0014 that still runs would store rows that nobody finds again: it is refused, and ends.
UPDATE guichet.journal
SET incarnation = COALESCE(
    (SELECT progress.incarnation
     FROM guichet.progress
     WHERE progress.worker = journal.worker AND progress.topic = journal.topic
       AND progress.partition = journal.partition),
    '00000000-0000-0000-0000-000000000000')
WHERE incarnation IS NULL;
ALTER TABLE guichet.journal ALTER COLUMN incarnation SET NOT NULL;
