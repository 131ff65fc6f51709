-- $1 sirens text[], $2 persons text[]
UPDATE guichet.affiliation_request AS request
SET sealed = NULL
FROM unnest($1::text[], $2::text[]) AS gone (siren, person),
     LATERAL guichet.privacy_requests(gone.siren, gone.person) AS known
WHERE request.siren = known.siren AND request.request_id = known.request_id AND request.sealed IS NOT NULL
