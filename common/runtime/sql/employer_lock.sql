-- $1 sirens text[]
SELECT siren
FROM guichet.employer
WHERE siren = ANY ($1::text[])
ORDER BY siren
FOR NO KEY UPDATE
