-- $1 worker text, $2 topic text, $3 partition integer, $4 offset bigint: what is kept of a dead letter: the record itself
-- if it is parked, and else the dead letter among the outputs of its last refusal
SELECT siren, person, message, sealed, NULL::bytea AS outputs
FROM guichet.parked
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND input_offset = $4::bigint
UNION ALL (
    SELECT coalesce(journal.siren, ''), journal.person, NULL, NULL, journal.outputs
    FROM (
        SELECT *
        FROM guichet.journal
        WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND input_offset = $4::bigint
        UNION ALL
        SELECT *
        FROM guichet.journal
        WHERE replay_of = $2::text || '/' || $3::integer || '/' || $4::bigint AND worker = $1::text) AS journal
    WHERE journal.refusal IS NOT NULL AND journal.refusal NOT IN ('PARKED', 'DROPPED', 'ERASED')
    ORDER BY journal.recorded_at DESC
    LIMIT 1)
LIMIT 1
