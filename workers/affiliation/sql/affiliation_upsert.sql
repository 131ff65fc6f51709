-- $1 sirens text[], $2 insured_ids uuid[], $3 contract_ids text[], $4 request_ids text[], $5 channels text[], $6 schemes text[], $7 options text[], $8 effective_ons date[], $9 ended_ons date[], $10 accepted_ats timestamptz[], $11 ended_correlation_ids text[], $12 ended_traceparents text[], $13 ended_tracestates text[]
INSERT INTO guichet.affiliation AS affiliation (
    siren, insured_id, contract_id, request_id, channel, scheme, option, effective_on, ended_on,
    accepted_at, ended_correlation_id, ended_traceparent, ended_tracestate)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::date[], $9::date[], $10::timestamptz[], $11::text[], $12::text[], $13::text[])
ON CONFLICT (siren, insured_id, contract_id, request_id) DO UPDATE
SET ended_on = excluded.ended_on,
    ended_correlation_id = excluded.ended_correlation_id,
    ended_traceparent = excluded.ended_traceparent,
    ended_tracestate = excluded.ended_tracestate
