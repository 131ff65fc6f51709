-- $1 sirens text[], $2 insured_ids uuid[]: their covers by contract: the latest affiliation and the roster's version
SELECT affiliation.siren, affiliation.insured_id, affiliation.contract_id,
       CASE WHEN bool_and(affiliation.ended_on IS NOT NULL) THEN max(affiliation.ended_on) END
           AS covered_until,
       coalesce(max(entry.version), 0) AS version,
       (array_agg(affiliation.channel ORDER BY affiliation.accepted_at DESC,
                  affiliation.request_id DESC))[1] AS channel,
       (array_agg(affiliation.option ORDER BY affiliation.accepted_at DESC,
                  affiliation.request_id DESC))[1] AS option,
       (array_agg(affiliation.effective_on ORDER BY affiliation.accepted_at DESC,
                  affiliation.request_id DESC))[1] AS effective_on,
       (array_agg(affiliation.ended_on ORDER BY affiliation.accepted_at DESC,
                  affiliation.request_id DESC))[1] AS ended_on
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.affiliation AS affiliation
    ON affiliation.siren = wanted.siren AND affiliation.insured_id = wanted.insured_id
LEFT JOIN guichet.roster_entry AS entry
    ON entry.siren = affiliation.siren AND entry.contract_id = affiliation.contract_id
    AND entry.insured_id = affiliation.insured_id
GROUP BY affiliation.siren, affiliation.insured_id, affiliation.contract_id
