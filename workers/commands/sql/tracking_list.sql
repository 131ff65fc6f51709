-- $1 siren text: online requests, the latest first
SELECT request_id, contract_id, channel, status, reasons, submitted_at, due_at, decided_at
FROM guichet.affiliation_request
WHERE siren = $1::text AND due_at IS NOT NULL
ORDER BY submitted_at DESC, request_id
