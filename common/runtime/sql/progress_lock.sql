-- $1 worker text, $2 topics text[], $3 partitions integer[]
SELECT progress.partition
FROM guichet.progress
JOIN unnest($2::text[], $3::integer[]) AS batch (topic, partition)
    ON progress.topic = batch.topic AND progress.partition = batch.partition
WHERE progress.worker = $1::text
ORDER BY progress.topic, progress.partition
FOR NO KEY UPDATE OF progress
