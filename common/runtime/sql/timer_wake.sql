-- $1 now timestamptz, $2 sirens text[], $3 subjects text[]: of all workers that wait for these
UPDATE guichet.timer
SET due_at = $1::timestamptz
FROM unnest($2::text[], $3::text[]) AS come (siren, subject)
WHERE timer.kind = 'subject_known'
  AND timer.siren = come.siren
  AND timer.subject = come.subject
  AND timer.due_at > $1::timestamptz
