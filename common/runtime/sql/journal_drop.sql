-- $1 retention_days integer
SELECT guichet.journal_drop($1::integer) AS dropped
