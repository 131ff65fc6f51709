-- $1 worker text: inputs whose published outputs have no row
SELECT topic, partition, from_offset, to_offset, noted_at
FROM guichet.publication_gap
WHERE worker = $1::text
ORDER BY noted_at, topic, partition, from_offset
