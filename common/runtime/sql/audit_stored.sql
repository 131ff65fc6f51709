-- $1 worker text, $2 event_ids text[], $3 topics text[], $4 partitions integer[], $5 offsets bigint[]: the outputs of
-- the inputs that records say they come of, by the id of the event, or, of dead letters, by its place
SELECT DISTINCT journal.topic, journal.partition, journal.input_offset, journal.sequence, journal.outputs
FROM (SELECT DISTINCT event_id FROM unnest($2::text[]) AS asked (event_id)) AS asked
JOIN guichet.journal ON journal.event_id = asked.event_id AND journal.worker = $1::text
WHERE journal.outputs_count > 0
UNION
SELECT journal.topic, journal.partition, journal.input_offset, journal.sequence, journal.outputs
FROM unnest($3::text[], $4::integer[], $5::bigint[]) AS place (topic, partition, input_offset)
JOIN guichet.journal
    ON journal.worker = $1::text AND journal.topic = place.topic AND journal.partition = place.partition
    AND journal.input_offset = place.input_offset
WHERE journal.outputs_count > 0
