-- $1 sirens text[], $2 persons text[]: what is held of these, by kind, and since when. What a lost key sealed is not held.
SELECT wanted.siren, wanted.person, held.kind, held.count::integer AS count, held.since
FROM (SELECT DISTINCT siren, person,
             CASE WHEN person LIKE 'insured/%' THEN substr(person, 9)::uuid END AS insured_id,
             EXISTS (SELECT FROM guichet.data_key AS own
                     WHERE own.siren = asked.siren AND own.subject = asked.person) AS has_key
      FROM unnest($1::text[], $2::text[]) AS asked (siren, person)) AS wanted
LEFT JOIN LATERAL (
    SELECT min(accepted_at) AS since, count(DISTINCT contract_id) AS contracts, count(*) AS count
    FROM guichet.affiliation
    WHERE siren = wanted.siren AND insured_id = wanted.insured_id) AS cover ON true
CROSS JOIN LATERAL (
    SELECT 'identity' AS kind, count(*) AS count, cover.since
    FROM guichet.insured
    WHERE siren = wanted.siren AND insured_id = wanted.insured_id AND sealed IS NOT NULL AND wanted.has_key
    UNION ALL
    SELECT 'recognition', count(*), cover.since
    FROM guichet.insured
    WHERE siren = wanted.siren AND insured_id = wanted.insured_id
      AND (nir_hash IS NOT NULL OR temporary_hash IS NOT NULL)
    UNION ALL
    SELECT 'account', count(*), cover.since
    FROM guichet.insured
    WHERE siren = wanted.siren AND insured_id = wanted.insured_id AND account_state <> 'none'
    UNION ALL
    SELECT 'affiliations', cover.count, cover.since
    UNION ALL
    SELECT 'requests', count(*), min(submitted_at)
    FROM guichet.privacy_requests(wanted.siren, wanted.person)
    UNION ALL
    SELECT 'request_contents', count(*), min(submitted_at)
    FROM guichet.privacy_requests(wanted.siren, wanted.person) AS request
    JOIN guichet.data_key AS own ON own.siren = request.siren AND own.subject = request.person
    WHERE request.sealed IS NOT NULL
    UNION ALL
    SELECT 'beneficiaries', count(*), min(coalesce(source.submitted_at, origin.accepted_at, cover.since))
    FROM guichet.beneficiary AS beneficiary
    LEFT JOIN guichet.addition AS source
        ON source.siren = beneficiary.siren AND source.addition_id = beneficiary.source_id
    LEFT JOIN guichet.affiliation AS origin
        ON origin.siren = beneficiary.siren AND origin.insured_id = beneficiary.insured_id
        AND origin.contract_id = beneficiary.contract_id AND origin.request_id = beneficiary.source_id
    WHERE beneficiary.siren = wanted.siren AND beneficiary.insured_id = wanted.insured_id
      AND beneficiary.sealed IS NOT NULL AND wanted.has_key
    UNION ALL
    SELECT 'additions', count(*), min(submitted_at)
    FROM guichet.privacy_additions(wanted.siren, wanted.person)
    UNION ALL
    SELECT 'addition_contents', count(DISTINCT addition.addition_id), min(addition.submitted_at)
    FROM guichet.privacy_additions(wanted.siren, wanted.person) AS addition
    JOIN guichet.data_key AS own
        ON own.siren = wanted.siren AND own.subject IN (wanted.person, 'request/' || addition.addition_id)
    WHERE addition.sealed IS NOT NULL
    UNION ALL
    SELECT 'roster', CASE WHEN wanted.has_key THEN cover.contracts ELSE 0 END, cover.since
    UNION ALL
    SELECT 'tracking', count(*), min(request.submitted_at)
    FROM guichet.privacy_requests(wanted.siren, wanted.person) AS request
    JOIN guichet.data_key AS own ON own.siren = request.siren AND own.subject = request.person
    WHERE request.tracking_version > 0
    UNION ALL
    SELECT CASE WHEN journal.refusal IS NOT NULL THEN 'dead_letters'
                WHEN position('.notifications.v1'::bytea IN journal.outputs) > 0 THEN 'messages'
                ELSE 'decisions' END,
           count(*), min(journal.decided_at)
    FROM guichet.privacy_journal(wanted.siren, wanted.person) AS journal
    JOIN guichet.data_key AS own ON own.siren = journal.siren AND own.subject = journal.person
    GROUP BY 1) AS held
WHERE held.count > 0
