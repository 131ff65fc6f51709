-- $1 worker text, $2 sirens text[], $3 kinds text[], $4 subjects text[]
SELECT early.siren, early.kind, early.subject, early.content, early.correlation_id, early.traceparent,
       early.tracestate, early.grace_ends_at
FROM (SELECT DISTINCT siren, kind, subject
      FROM unnest($2::text[], $3::text[], $4::text[]) AS asked (siren, kind, subject)) AS wanted
JOIN guichet.early_event AS early
    ON early.siren = wanted.siren AND early.worker = $1::text AND early.kind = wanted.kind
    AND early.subject = wanted.subject
