-- $1 target text: what operators had done about it
SELECT at, by, command, detail, outcome
FROM guichet.operator_action
WHERE target = $1::text
ORDER BY at
LIMIT 1000
