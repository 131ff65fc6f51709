-- $1 worker text: up to where its output partitions are compared
SELECT topic, partition, verified_offset
FROM guichet.audit_mark
WHERE worker = $1::text
