-- no parameters: what waits for something that is not known yet, by worker
SELECT 'affiliation' AS worker, count(*) AS count FROM guichet.affiliation_request WHERE status = 'waiting'
UNION ALL
SELECT 'account', count(*) FROM guichet.registration WHERE outcome = 'waiting'
UNION ALL
SELECT 'beneficiary', (SELECT count(*) FROM guichet.addition WHERE status = 'waiting')
                    + (SELECT count(*) FROM guichet.addition WHERE status = 'held_pmss')
UNION ALL
SELECT 'termination', count(*) FROM guichet.termination_journey WHERE state = 'waiting'
