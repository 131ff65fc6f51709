-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 first_offsets bigint[]: what has been compared
DELETE FROM guichet.publication
USING unnest($2::text[], $3::integer[], $4::bigint[]) AS done (topic, partition, first_offset)
WHERE publication.worker = $1::text AND publication.topic = done.topic AND publication.partition = done.partition
  AND publication.first_offset = done.first_offset
