-- No parameters. Since when the journal is whole; null: it always was.
SELECT min(reaches_to) AS reaches_to
FROM guichet.journal_reach
