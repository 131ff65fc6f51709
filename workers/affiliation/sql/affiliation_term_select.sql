-- $1 sirens text[], $2 insured_ids uuid[]: their affiliations in order of acceptance, with the roster's version
SELECT affiliation.siren, affiliation.insured_id, affiliation.contract_id, affiliation.request_id,
       affiliation.channel, affiliation.scheme, affiliation.option, affiliation.effective_on,
       affiliation.ended_on, affiliation.accepted_at, affiliation.ended_correlation_id,
       affiliation.ended_traceparent, affiliation.ended_tracestate,
       coalesce(entry.version, 0) AS version
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.affiliation AS affiliation
    ON affiliation.siren = wanted.siren AND affiliation.insured_id = wanted.insured_id
LEFT JOIN guichet.roster_entry AS entry
    ON entry.siren = affiliation.siren AND entry.contract_id = affiliation.contract_id
    AND entry.insured_id = affiliation.insured_id
ORDER BY affiliation.accepted_at, affiliation.request_id
