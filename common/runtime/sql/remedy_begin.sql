-- $1 remedy_id uuid, $2 target_c bigint, $3 result text, $4 executed_by text
UPDATE guichet.remedy
SET state = 'begun', target_c = $2::bigint, result = $3::text, executed_by = $4::text
WHERE remedy_id = $1::uuid AND state = 'asked'
