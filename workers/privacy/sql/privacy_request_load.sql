-- $1 sirens text[], $2 privacy_request_ids text[]
SELECT request.siren, request.privacy_request_id, request.wish, request.named, request.person, request.fingerprint,
       request.decided_at
FROM (SELECT DISTINCT siren, privacy_request_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, privacy_request_id)) AS wanted
JOIN guichet.privacy_request AS request
    ON request.siren = wanted.siren AND request.privacy_request_id = wanted.privacy_request_id
