-- $1 worker text, $2 event_ids text[]: those of them that the worker has decided
SELECT DISTINCT event_id
FROM guichet.journal
WHERE worker = $1::text AND event_id = ANY ($2::text[])
