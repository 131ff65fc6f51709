-- No parameters. The latest revision of each value of the PMSS.
SELECT DISTINCT ON (territory, valid_from) territory, valid_from, amount_eur
FROM guichet.pmss
ORDER BY territory, valid_from, revision DESC;
