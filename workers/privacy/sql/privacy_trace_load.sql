-- $1 sirens text[], $2 persons text[]: what else has to hear of their erasure: the keys, the covers and online or open
-- requests that others were shown, and the additions that are still open
SELECT wanted.siren, wanted.person, trace.kind, trace.id
FROM (SELECT DISTINCT siren, person
      FROM unnest($1::text[], $2::text[]) AS asked (siren, person)) AS wanted
CROSS JOIN LATERAL (
    SELECT 'key' AS kind, subject AS id
    FROM guichet.privacy_keys(wanted.siren, wanted.person)
    UNION ALL
    SELECT DISTINCT 'cover', contract_id
    FROM guichet.affiliation
    WHERE siren = wanted.siren AND wanted.person LIKE 'insured/%'
      AND insured_id = substr(wanted.person, 9)::uuid
    UNION ALL
    SELECT 'request', request_id
    FROM guichet.privacy_requests(wanted.siren, wanted.person)
    WHERE tracking_version > 0 OR status IN ('waiting', 'under_review')
    UNION ALL
    SELECT 'addition', addition_id
    FROM guichet.privacy_additions(wanted.siren, wanted.person)
    WHERE status IN ('waiting', 'held_employer', 'held_pmss')) AS trace
ORDER BY wanted.siren, wanted.person, trace.kind, trace.id
