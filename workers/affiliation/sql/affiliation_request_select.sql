-- $1 sirens text[], $2 request_ids text[]: the requests among these that were seen before
SELECT request.siren, request.request_id, request.root_request_id, request.contract_id,
       request.channel, request.status, request.insured_id, request.person, request.fingerprint,
       request.submitted_at, request.first_submitted_at, request.due_at, request.calendar_id,
       request.calendar_revision,
       request.decided_at, request.reasons, request.tracking_version, request.milestones_raised,
       request.grace_ends_at, request.correlation_id, request.traceparent, request.tracestate,
       request.content, request.sealed
FROM (SELECT DISTINCT siren, request_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, request_id)) AS wanted
JOIN guichet.affiliation_request AS request
    ON request.siren = wanted.siren AND request.request_id = wanted.request_id
