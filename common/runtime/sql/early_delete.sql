-- $1 worker text, $2 sirens text[], $3 kinds text[], $4 subjects text[]
DELETE FROM guichet.early_event AS early
USING unnest($2::text[], $3::text[], $4::text[]) AS gone (siren, kind, subject)
WHERE early.siren = gone.siren AND early.worker = $1::text AND early.kind = gone.kind
  AND early.subject = gone.subject
