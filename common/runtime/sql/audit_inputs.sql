-- $1 worker text: how far its inputs are decided, and how far it is known what was published of them
SELECT progress.topic, progress.partition, progress.next_offset AS decided,
       coalesce(published.next_offset, progress.start_offset) AS published,
       coalesce(published.begun_at, now()) AS begun_at, now() AS asked_at
FROM guichet.progress
LEFT JOIN guichet.published
    ON published.worker = progress.worker AND published.topic = progress.topic
    AND published.partition = progress.partition
WHERE progress.worker = $1::text
ORDER BY progress.topic, progress.partition
