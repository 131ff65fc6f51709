-- $1 sirens text[], $2 request_ids text[]: the requests among these that were seen before
SELECT request.siren, request.request_id, request.person, request.fingerprint, request.decided_at
FROM unnest($1::text[], $2::text[]) AS wanted (siren, request_id)
JOIN guichet.affiliation_request AS request
    ON request.siren = wanted.siren AND request.request_id = wanted.request_id
