-- $1 worker text, $2 most integer: what is not compared yet, in the order of the output partitions
SELECT topic, partition, first_offset, last_offset, records, ids_xor, published_at
FROM guichet.publication
WHERE worker = $1::text
ORDER BY topic, partition, first_offset
LIMIT $2::integer
