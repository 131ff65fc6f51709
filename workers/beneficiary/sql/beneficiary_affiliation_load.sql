-- $1 sirens text[], $2 insured_ids uuid[]: all their affiliations at that employer
SELECT affiliation.siren, affiliation.insured_id, affiliation.contract_id, affiliation.request_id,
       affiliation.channel, affiliation.scheme, affiliation.effective_on, affiliation.ended_on,
       affiliation.accepted_at, affiliation.ended_correlation_id, affiliation.ended_traceparent,
       affiliation.ended_tracestate
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.affiliation USING (siren, insured_id)
ORDER BY affiliation.siren, affiliation.insured_id, affiliation.accepted_at,
         affiliation.effective_on, affiliation.request_id
