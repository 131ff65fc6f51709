-- $1 remedy_id uuid, $2 state before text, $3 state text, $4 result text, $5 executed_by text
UPDATE guichet.remedy
SET state = $3::text, result = $4::text, executed_by = $5::text, finished_at = now()
WHERE remedy_id = $1::uuid AND state = $2::text
