-- $1 siren text, $2 contract_id text, $3 class text, $4 status text (each null: any), $5 calendar_ids text[], $6 dues_until timestamptz[] (by calendar; null: any), $7 now timestamptz, $8 most integer: open online requests, the most urgent first
SELECT request.siren, request.request_id, request.contract_id, request.channel AS class,
       request.status, request.submitted_at, request.due_at, request.calendar_id,
       request.milestones_raised, count(*) OVER () AS matching,
       count(*) FILTER (WHERE request.due_at < $7::timestamptz) OVER () AS matching_late
FROM guichet.affiliation_request AS request
LEFT JOIN unnest($5::text[], $6::timestamptz[]) AS horizon (calendar_id, due_until)
    ON horizon.calendar_id = request.calendar_id
WHERE request.status IN ('waiting', 'under_review') AND request.due_at IS NOT NULL
    AND ($1::text IS NULL OR request.siren = $1::text)
    AND ($2::text IS NULL OR request.contract_id = $2::text)
    AND ($3::text IS NULL OR request.channel = $3::text)
    AND ($4::text IS NULL OR request.status = $4::text)
    AND (horizon.due_until IS NULL OR request.due_at <= horizon.due_until)
ORDER BY request.due_at, request.siren, request.request_id
LIMIT $8::integer
