-- $1 worker text, $2 reason text, $3 siren text, $4 since timestamptz, $5 place text (each null: any), $6 all integer, 1: also
-- those with which something was done, and those that only wait; $7 most integer: the latest. is_parked: it is the one
-- that keeps others waiting
WITH letter AS (
    SELECT journal.decided_at, journal.worker, journal.refusal AS reason, journal.siren, journal.subject_id,
           journal.event_type, journal.replay_of, place.topic, place.partition, place.input_offset,
           place.topic || '/' || place.partition || '/' || place.input_offset AS place
    FROM guichet.journal AS journal
    CROSS JOIN LATERAL (
        SELECT coalesce(split_part(journal.replay_of, '/', 1), journal.topic) AS topic,
               coalesce(split_part(journal.replay_of, '/', 2)::integer, journal.partition) AS partition,
               coalesce(split_part(journal.replay_of, '/', 3)::bigint, journal.input_offset) AS input_offset) AS place
    WHERE journal.refusal IS NOT NULL AND journal.refusal NOT IN ('PARKED', 'DROPPED', 'ERASED')
      AND ($1::text IS NULL OR journal.worker = $1::text)
      AND ($3::text IS NULL OR journal.siren = $3::text)
      AND ($4::timestamptz IS NULL OR journal.decided_at >= $4::timestamptz)
), found AS (
    SELECT letter.decided_at, letter.worker, letter.place, letter.reason, letter.siren, letter.subject_id,
           letter.event_type, parked.position AS position, parked.is_refused IS TRUE AS is_parked,
           coalesce(parked.attempts, tried.count)::integer AS attempts, letter.topic, letter.partition,
           letter.input_offset,
           CASE
               WHEN parked.position IS NOT NULL THEN NULL
               WHEN letter.reason = 'POISON' AND after.worker IS NOT NULL
                   THEN coalesce(lower(after.refusal), 'decided')
               ELSE action.outcome || ' by ' || action.by
           END AS done
    FROM letter
    LEFT JOIN guichet.parked AS parked
        ON parked.worker = letter.worker AND parked.topic = letter.topic AND parked.partition = letter.partition
        AND parked.input_offset = letter.input_offset
    CROSS JOIN LATERAL (
        SELECT (SELECT count(*)
                FROM guichet.journal AS first
                WHERE first.worker = letter.worker AND first.topic = letter.topic
                  AND first.partition = letter.partition AND first.input_offset = letter.input_offset
                  AND first.replay_of IS NULL AND first.refusal NOT IN ('PARKED', 'DROPPED', 'ERASED'))
             + (SELECT count(*)
                FROM guichet.journal AS again
                WHERE again.replay_of = letter.place AND again.refusal NOT IN ('PARKED', 'DROPPED', 'ERASED'))
               AS count) AS tried
    LEFT JOIN LATERAL (
        SELECT journal.worker, journal.refusal
        FROM guichet.journal AS journal
        WHERE journal.replay_of = letter.place AND journal.worker = letter.worker
        ORDER BY journal.recorded_at DESC
        LIMIT 1) AS after ON true
    LEFT JOIN LATERAL (
        SELECT action.by, action.outcome
        FROM guichet.operator_action AS action
        WHERE action.target = letter.place AND action.outcome IN ('sent again', 'dropped')
        ORDER BY action.at DESC
        LIMIT 1) AS action ON true
    WHERE ($2::text IS NULL OR letter.reason = $2::text)
      AND ($5::text IS NULL OR letter.place = $5::text)
      AND NOT EXISTS (   -- of one that was refused again, the latest counts
          SELECT
          FROM guichet.journal AS later
          WHERE later.replay_of = letter.place AND later.worker = letter.worker
            AND later.refusal NOT IN ('PARKED', 'DROPPED', 'ERASED')
            AND (letter.replay_of IS NULL OR later.decided_at > letter.decided_at))
    UNION ALL
    SELECT waiting.parked_at, waiting.worker,
           waiting.topic || '/' || waiting.partition || '/' || waiting.input_offset, 'PARKED',
           nullif(waiting.siren, ''), waiting.subject_id, waiting.event_type, waiting.position, first.is_it,
           waiting.attempts, waiting.topic, waiting.partition, waiting.input_offset, NULL
    FROM guichet.parked AS waiting
    CROSS JOIN LATERAL (
        SELECT NOT EXISTS (
            SELECT
            FROM guichet.parked AS earlier
            WHERE earlier.worker = waiting.worker AND earlier.siren = waiting.siren
              AND earlier.position < waiting.position) AS is_it) AS first
    WHERE NOT waiting.is_refused
      AND ($1::text IS NULL OR waiting.worker = $1::text)
      AND coalesce($2::text = 'PARKED', $6::integer = 1 OR $5::text IS NOT NULL OR first.is_it)
      AND ($3::text IS NULL OR waiting.siren = $3::text)
      AND ($4::timestamptz IS NULL OR waiting.parked_at >= $4::timestamptz)
      AND ($5::text IS NULL OR waiting.topic || '/' || waiting.partition || '/' || waiting.input_offset = $5::text)
)
SELECT found.decided_at, found.worker, found.place, found.reason, found.siren, found.subject_id, found.event_type,
       found.attempts, found.is_parked, behind.count::integer AS waiting, found.topic, found.partition,
       found.input_offset, found.done
FROM found
CROSS JOIN LATERAL (
    SELECT count(*) AS count
    FROM guichet.parked AS parked
    WHERE found.is_parked AND parked.worker = found.worker AND parked.siren = found.siren
      AND parked.position > found.position) AS behind
WHERE $6::integer = 1 OR found.done IS NULL
ORDER BY found.decided_at DESC, found.place
LIMIT $7::integer
