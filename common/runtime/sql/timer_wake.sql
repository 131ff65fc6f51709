-- $1 now timestamptz, $2 sirens text[], $3 subjects text[]: of all workers that wait for these. `worker` is compared
-- with a list so that the primary key serves.
UPDATE guichet.timer
SET due_at = $1::timestamptz
FROM unnest($2::text[], $3::text[]) AS come (siren, subject)
WHERE timer.siren = come.siren
  AND timer.worker IN ('account', 'affiliation', 'beneficiary', 'termination', 'privacy')
  AND timer.kind = 'subject_known'
  AND timer.subject = come.subject
  AND timer.due_at > $1::timestamptz
