-- $1 worker text, $2 topic text, $3 partition integer, $4 from_offset bigint, $5 to_offset bigint (exclusive): the
-- outputs of inputs, a page of them, the last input to its end
SELECT topic, partition, input_offset, sequence, outputs
FROM (
    SELECT journal.*
    FROM guichet.journal
    JOIN guichet.progress
        ON progress.worker = journal.worker AND progress.topic = journal.topic
        AND progress.partition = journal.partition AND progress.incarnation = journal.incarnation
    WHERE journal.worker = $1::text AND journal.topic = $2::text AND journal.partition = $3::integer
      AND journal.input_offset >= $4::bigint AND journal.input_offset < $5::bigint AND journal.outputs_count > 0
    ORDER BY journal.input_offset
    FETCH FIRST 500 ROWS WITH TIES
) AS page
ORDER BY input_offset, sequence
