-- $1 siren text, $2 privacy_request_id text: whom an answered request named
SELECT siren, named
FROM guichet.privacy_request
WHERE siren = $1::text AND privacy_request_id = $2::text
