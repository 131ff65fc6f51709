-- $1 by text, $2 command text, $3 targets text[], $4 details text[], $5 outcomes text[]
INSERT INTO guichet.operator_action (by, command, target, detail, outcome)
SELECT $1::text, $2::text, target, detail, outcome
FROM unnest($3::text[], $4::text[], $5::text[]) AS done (target, detail, outcome)
