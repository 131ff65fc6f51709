-- $1 worker text, $2 mismatch_id uuid as text, $3 topic text, $4 partition integer, $5 first_offset bigint,
-- $6 last_offset bigint, $7 detail text
INSERT INTO guichet.audit_mismatch (worker, mismatch_id, topic, partition, first_offset, last_offset, detail)
VALUES ($1::text, $2::text::uuid, $3::text, $4::integer, $5::bigint, $6::bigint, $7::text)
ON CONFLICT DO NOTHING
