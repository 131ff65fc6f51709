-- $1 sirens text[], $2 notification_ids uuid[], $3 subject_ids text[], $4 bounced_ats timestamptz[]
INSERT INTO guichet.employer_notification AS mail (siren, notification_id, subject_id, bounced_at)
SELECT *
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[])
ON CONFLICT (siren, notification_id) DO UPDATE
SET bounced_at = coalesce(mail.bounced_at, excluded.bounced_at)
