-- $1 worker text, $2 siren text, $3 topic text, $4 partition integer, $5 offset bigint, $6 most integer, $7 bytes bigint: the
-- first that wait of an employer, and of no employer the named one. What is sealed comes with so many of them, until so
-- many bytes are reached; of the others up to one more it is not even read.
SELECT siren, position, topic, partition, input_offset, incarnation, timestamp_ms, event_id, event_type, subject_id,
       is_refused, attempts, message, person,
       CASE WHEN records_before < $6::integer AND bytes_before < $7::bigint THEN sealed END AS sealed
FROM (
    SELECT *, count(*) OVER earlier AS records_before, coalesce(sum(octet_length(sealed)) OVER earlier, 0) AS bytes_before
    FROM guichet.parked
    WHERE worker = $1::text AND siren = $2::text
      AND ($2::text <> '' OR topic = $3::text AND partition = $4::integer AND input_offset = $5::bigint)
    WINDOW earlier AS (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ORDER BY position
    LIMIT $6::integer + 1) AS first
ORDER BY position
