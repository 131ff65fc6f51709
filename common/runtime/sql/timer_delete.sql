-- $1 sirens text[], $2 workers text[], $3 kinds text[], $4 subjects text[]
DELETE FROM guichet.timer
USING unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS gone (siren, worker, kind, subject)
WHERE timer.siren = gone.siren AND timer.worker = gone.worker AND timer.kind = gone.kind
  AND timer.subject = gone.subject
