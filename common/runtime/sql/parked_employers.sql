-- $1 worker text, $2 sirens text[]: those of these employers whose records wait; the first of them, and the last position
SELECT first.siren, first.topic, first.partition, first.input_offset, last.position AS last_position
FROM unnest($2::text[]) AS wanted (siren)
CROSS JOIN LATERAL (
    SELECT siren, topic, partition, input_offset
    FROM guichet.parked
    WHERE worker = $1::text AND siren = wanted.siren
    ORDER BY position
    LIMIT 1) AS first
CROSS JOIN LATERAL (
    SELECT position
    FROM guichet.parked
    WHERE worker = $1::text AND siren = wanted.siren
    ORDER BY position DESC
    LIMIT 1) AS last
WHERE (   -- mostly there is none at all
    SELECT position
    FROM guichet.parked
    WHERE worker = $1::text
    ORDER BY siren, position
    LIMIT 1) IS NOT NULL
