-- $1 sirens text[], distinct and sorted
INSERT INTO guichet.employer (siren)
SELECT siren FROM unnest($1::text[]) AS batch (siren)
ORDER BY siren
ON CONFLICT DO NOTHING
