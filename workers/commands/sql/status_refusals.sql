-- $1 since timestamptz: records that were not decided as they came, by worker and reason
SELECT worker, refusal AS reason, count(*) AS records
FROM guichet.journal
WHERE refusal IS NOT NULL AND decided_at >= $1::timestamptz
GROUP BY worker, refusal
ORDER BY worker, refusal
