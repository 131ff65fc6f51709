-- $1 sirens text[], $2 subjects text[]: of all workers that wait for these; due at once, whatever their clocks say
UPDATE guichet.timer
SET due_at = 'epoch'
FROM unnest($1::text[], $2::text[]) AS come (siren, subject)
WHERE timer.kind = 'subject_known'
  AND timer.siren = come.siren
  AND timer.subject = come.subject
  AND timer.due_at > 'epoch'
