-- $1 days ahead integer
SELECT guichet.journal_prepare($1::integer) AS made
