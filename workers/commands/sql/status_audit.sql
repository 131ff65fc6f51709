-- $1 workers text[]: how far what was published has been compared, and what differed
SELECT wanted.worker, audit_worker.verified_until,
       (SELECT count(*) FROM guichet.audit_mismatch WHERE audit_mismatch.worker = wanted.worker) AS mismatches
FROM unnest($1::text[]) AS wanted (worker)
LEFT JOIN guichet.audit_worker USING (worker)
