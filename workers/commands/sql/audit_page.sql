-- $1 worker text, $2 topic text, $3 partition integer, $4 from_offset bigint: a page of inputs that had outputs, its
-- last input to the end
SELECT recorded_at, decided_at, input_offset, sequence, outputs
FROM (
    SELECT *
    FROM guichet.journal
    WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND input_offset >= $4::bigint
      AND outputs_count > 0
    ORDER BY input_offset
    FETCH FIRST 1000 ROWS WITH TIES
) AS page
ORDER BY input_offset, sequence
