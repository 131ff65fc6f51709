-- $1 sirens text[], $2 registration_ids text[]
SELECT registration.siren, registration.registration_id, registration.account_id,
       registration.category, registration.outcome, registration.fingerprint,
       registration.decided_at, registration.grace_ends_at, registration.content,
       registration.correlation_id, registration.traceparent, registration.tracestate
FROM unnest($1::text[], $2::text[]) AS wanted (siren, registration_id)
JOIN guichet.registration USING (siren, registration_id)
