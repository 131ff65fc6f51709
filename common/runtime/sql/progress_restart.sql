-- $1 worker text, $2 topic text, $3 partition integer, $4 from_offset bigint, $5 incarnation uuid, $6 start_offset
-- bigint: the partition goes on at start_offset; what was known of the record before it only counts if it stays there
UPDATE guichet.progress
SET incarnation = $5::uuid,
    start_offset = $6::bigint,
    next_offset = $6::bigint,
    last_offset = CASE WHEN next_offset = $6::bigint THEN last_offset ELSE -1 END,
    last_committed = -1
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND next_offset = $4::bigint
