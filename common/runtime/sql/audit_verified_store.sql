-- $1 worker text, $2 verified_until timestamptz
INSERT INTO guichet.audit_worker (worker, verified_until)
VALUES ($1::text, $2::timestamptz)
ON CONFLICT (worker) DO UPDATE
SET verified_until = excluded.verified_until
