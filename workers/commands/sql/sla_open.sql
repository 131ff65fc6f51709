-- $1 siren text, $2 contract_id text, $3 class text, $4 status text (each null: any), $5 due_until timestamptz (null: any), $6 now timestamptz, $7 most integer: open online requests, the most urgent first
SELECT siren, request_id, contract_id, channel AS class, status, submitted_at, due_at,
       milestones_raised, count(*) OVER () AS matching,
       count(*) FILTER (WHERE due_at < $6::timestamptz) OVER () AS matching_late
FROM guichet.affiliation_request
WHERE status IN ('waiting', 'under_review') AND due_at IS NOT NULL
    AND ($1::text IS NULL OR siren = $1::text)
    AND ($2::text IS NULL OR contract_id = $2::text)
    AND ($3::text IS NULL OR channel = $3::text)
    AND ($4::text IS NULL OR status = $4::text)
    AND ($5::timestamptz IS NULL OR due_at <= $5::timestamptz)
ORDER BY due_at, siren, request_id
LIMIT $7::integer
