-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 positions bigint[]: what is not compared yet of what
-- begins below these positions, in the order of the output partitions
SELECT publication.topic, publication.partition, first_offset, last_offset, records, ids_xor, published_at
FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS place (topic, partition, position)
JOIN guichet.publication
    ON publication.worker = $1::text AND publication.topic = place.topic
    AND publication.partition = place.partition AND publication.first_offset < place.position
ORDER BY publication.topic, publication.partition, first_offset
