-- $1 worker text: differences found within the last day
SELECT count(*) AS mismatches
FROM guichet.audit_mismatch
WHERE worker = $1::text AND noted_at > now() - interval '1 day'
