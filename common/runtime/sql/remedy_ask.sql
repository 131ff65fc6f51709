-- $1 remedy_id uuid, $2 worker text, $3 topic text, $4 partition integer, $5 verdict text, $6 evidence text,
-- $7 action text, $8 from_offset bigint, $9 asked_by text. One at a time for each partition: else no row.
INSERT INTO guichet.remedy (remedy_id, worker, topic, partition, verdict, evidence, action, from_offset, asked_by)
VALUES ($1::uuid, $2::text, $3::text, $4::integer, $5::text, $6::text, $7::text, $8::bigint, $9::text)
ON CONFLICT (worker, topic, partition) WHERE state IN ('asked', 'begun') DO NOTHING
