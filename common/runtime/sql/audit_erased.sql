-- $1 worker text, $2 topics text[], $3 partitions integer[], $4 offsets bigint[], $5 sequences integer[]: which of these
-- rows of the journal, in the incarnation there is, are of somebody who was erased, by their number from 1
SELECT asked.number::integer AS number
FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::integer[]) WITH ORDINALITY
    AS asked (topic, partition, input_offset, sequence, number)
JOIN guichet.progress
    ON progress.worker = $1::text AND progress.topic = asked.topic AND progress.partition = asked.partition
JOIN guichet.journal
    ON journal.worker = $1::text AND journal.topic = asked.topic AND journal.partition = asked.partition
    AND journal.incarnation = progress.incarnation
    AND journal.input_offset = asked.input_offset AND journal.sequence = asked.sequence
WHERE journal.person IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM guichet.data_key
      WHERE data_key.siren = coalesce(journal.siren, '') AND data_key.subject = journal.person)
ORDER BY asked.number
