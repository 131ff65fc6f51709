-- no parameters: records that wait behind one that the store refused, that one included
SELECT worker, count(*) AS count
FROM guichet.parked
GROUP BY worker
