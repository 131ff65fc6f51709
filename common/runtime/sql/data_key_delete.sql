-- $1 sirens text[], $2 subjects text[]
DELETE FROM guichet.data_key AS data_key
USING unnest($1::text[], $2::text[]) AS gone (siren, subject)
WHERE data_key.siren = gone.siren AND data_key.subject = gone.subject
