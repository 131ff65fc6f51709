-- $1 worker text, $2 parked_at timestamptz, then arrays: $3 sirens text[], $4 positions integer[], $5 topics text[],
-- $6 partitions integer[], $7 offsets bigint[], $8 incarnations uuid[], $9 timestamps_ms bigint[], $10 event_ids text[],
-- $11 event_types text[], $12 subject_ids text[], $13 are_refused boolean[], $14 attempts integer[], $15 messages text[],
-- $16 persons text[], $17 sealed bytea[]
INSERT INTO guichet.parked (worker, parked_at, siren, position, topic, partition, input_offset, incarnation,
    timestamp_ms, event_id, event_type, subject_id, is_refused, attempts, message, person, sealed)
SELECT $1::text, $2::timestamptz, new.*
FROM unnest($3::text[], $4::integer[], $5::text[], $6::integer[], $7::bigint[], $8::uuid[], $9::bigint[], $10::text[],
    $11::text[], $12::text[], $13::boolean[], $14::integer[], $15::text[], $16::text[], $17::bytea[]) AS new
