-- $1 remedy_id uuid, $2 seen_c bigint, $3 target_c bigint, $4 result text, $5 executed_by text
UPDATE guichet.remedy
SET state = 'begun', seen_c = $2::bigint, target_c = $3::bigint, result = $4::text, executed_by = $5::text
WHERE remedy_id = $1::uuid AND state = 'asked'
