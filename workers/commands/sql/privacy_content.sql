-- $1 siren text, $2 person text: all that is kept of a person, section by section, oldest first: what is in clear as JSON,
-- the key's subject and what it seals
SELECT section, seal, outline, content, sealed, outputs
FROM (
    SELECT 1 AS place, 'identity' AS section, $2::text AS seal, insured.recorded_at AS at,
           json_build_object('insured_id', insured.insured_id, 'account', insured.account_state,
                             'recognised_by_nir', insured.nir_hash IS NOT NULL,
                             'recognised_by_temporary_id', insured.temporary_hash IS NOT NULL,
                             'recorded_at', insured.recorded_at)::text AS outline,
           insured.content, insured.sealed, NULL::bytea AS outputs
    FROM guichet.insured AS insured
    WHERE insured.siren = $1::text AND $2::text LIKE 'insured/%'
      AND insured.insured_id = substr($2::text, 9)::uuid
    UNION ALL
    SELECT 2, 'affiliations', NULL, accepted_at,
           json_build_object('contract_id', contract_id, 'request_id', request_id, 'channel', channel,
                             'scheme', scheme, 'option', option, 'effective_on', effective_on,
                             'ended_on', ended_on, 'accepted_at', accepted_at)::text,
           NULL, NULL, NULL
    FROM guichet.affiliation
    WHERE siren = $1::text AND $2::text LIKE 'insured/%' AND insured_id = substr($2::text, 9)::uuid
    UNION ALL
    SELECT 3, 'requests', request.person, request.submitted_at,
           json_build_object('request_id', request.request_id, 'root_request_id', request.root_request_id,
                             'contract_id', request.contract_id, 'channel', request.channel,
                             'status', request.status, 'reasons', request.reasons,
                             'submitted_at', request.submitted_at, 'due_at', request.due_at,
                             'decided_at', request.decided_at)::text,
           request.content, request.sealed, NULL
    FROM guichet.privacy_requests($1::text, $2::text) AS request
    UNION ALL
    SELECT 4, 'beneficiaries', $2::text, beneficiary.coverage_from,
           json_build_object('beneficiary_id', beneficiary.beneficiary_id,
                             'contract_id', beneficiary.contract_id, 'came_with', beneficiary.source_id,
                             'state', beneficiary.state, 'relation', beneficiary.relation,
                             'scheme', beneficiary.scheme, 'coverage_from', beneficiary.coverage_from,
                             'removed_on', beneficiary.removed_on)::text,
           beneficiary.content, beneficiary.sealed, NULL
    FROM guichet.beneficiary AS beneficiary
    WHERE beneficiary.siren = $1::text AND $2::text LIKE 'insured/%'
      AND beneficiary.insured_id = substr($2::text, 9)::uuid
    UNION ALL
    SELECT 5, 'additions', $2::text, addition.submitted_at,
           json_build_object('addition_id', addition.addition_id, 'contract_id', addition.contract_id,
                             'status', addition.status, 'reasons', addition.reasons,
                             'submitted_at', addition.submitted_at, 'decided_at', addition.decided_at)::text,
           addition.content, addition.sealed, NULL
    FROM guichet.privacy_additions($1::text, $2::text) AS addition
    UNION ALL
    SELECT 6, 'decisions', journal.person, journal.decided_at,
           json_build_object('worker', journal.worker, 'event', journal.event_type,
                             'event_id', journal.event_id, 'subject_id', journal.subject_id,
                             'decided_at', journal.decided_at, 'refused', journal.refusal,
                             'rules', journal.rules)::text,
           journal.facts, journal.facts_sealed, journal.outputs
    FROM guichet.privacy_journal($1::text, $2::text) AS journal) AS kept
ORDER BY place, at, outline
