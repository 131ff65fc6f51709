-- $1 sirens text[], $2 insured_ids uuid[], $3 request_ids text[] (one of the two is null): whom these name. A request
-- names the insured that came of it or of another attempt; else the request in all its attempts.
SELECT insured.siren, 'insured/' || insured.insured_id AS named, 'insured/' || insured.insured_id AS person,
       insured.insured_id
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.insured AS insured
    ON insured.siren = wanted.siren AND insured.insured_id = wanted.insured_id
UNION
SELECT request.siren, 'request/' || request.request_id,
       coalesce(attempt.person, 'request/' || request.root_request_id), substr(attempt.person, 9)::uuid
FROM unnest($1::text[], $3::text[]) AS wanted (siren, request_id)
JOIN guichet.affiliation_request AS request
    ON request.siren = wanted.siren AND request.request_id = wanted.request_id
LEFT JOIN LATERAL (
    SELECT known.person
    FROM guichet.affiliation_request AS known
    WHERE known.siren = request.siren AND known.person LIKE 'insured/%'
      AND known.root_request_id = request.root_request_id
    ORDER BY known.request_id = request.request_id DESC, known.decided_at DESC, known.request_id
    LIMIT 1) AS attempt ON true
