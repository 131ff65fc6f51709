-- $1 sirens text[], $2 contract_ids text[], $3 most_each integer, $4 most integer: what waits for these contracts, those whose grace ends first
SELECT request.siren, request.request_id, request.root_request_id, request.contract_id,
       request.channel, request.status, request.insured_id, request.person, request.fingerprint,
       request.submitted_at, request.first_submitted_at, request.due_at, request.calendar_id,
       request.calendar_revision,
       request.decided_at, request.reasons, request.tracking_version, request.milestones_raised,
       request.grace_ends_at, request.correlation_id, request.traceparent, request.tracestate,
       request.content, request.sealed
FROM (SELECT DISTINCT siren, contract_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, contract_id)) AS wanted
CROSS JOIN LATERAL (
    SELECT *
    FROM guichet.affiliation_request AS one
    WHERE one.siren = wanted.siren AND one.contract_id = wanted.contract_id
        AND one.status = 'waiting'
    ORDER BY one.grace_ends_at, one.request_id
    LIMIT $3::integer) AS request
ORDER BY request.siren, request.contract_id, request.grace_ends_at, request.request_id
LIMIT $4::integer
