-- $1 since timestamptz: records that were refused, by worker and reason, as dead letters (a record that only waits, or that was dropped or erased while it did, is none)
SELECT worker, refusal AS reason, count(*) AS records
FROM guichet.journal
WHERE refusal IS NOT NULL AND refusal NOT IN ('PARKED', 'DROPPED', 'ERASED') AND decided_at >= $1::timestamptz
GROUP BY worker, refusal
ORDER BY worker, refusal
