-- $1 worker text, $2 siren text, $3 topic text, $4 partition integer, $5 offset bigint, $6 most integer: the first that
-- wait of an employer; of those of no employer, the named one
SELECT siren, position, topic, partition, input_offset, incarnation, timestamp_ms, event_id, event_type, subject_id,
       is_refused, attempts, message, person, sealed
FROM guichet.parked
WHERE worker = $1::text AND siren = $2::text
  AND ($2::text <> '' OR topic = $3::text AND partition = $4::integer AND input_offset = $5::bigint)
ORDER BY position
LIMIT $6::integer
