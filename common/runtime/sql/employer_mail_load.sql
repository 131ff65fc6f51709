-- $1 sirens text[], $2 notification_ids uuid[]: those of these e-mails that went to employers
SELECT mail.siren, mail.notification_id, mail.subject_id, mail.bounced_at
FROM (SELECT DISTINCT siren, notification_id
      FROM unnest($1::text[], $2::uuid[]) AS asked (siren, notification_id)) AS wanted
JOIN guichet.employer_notification AS mail USING (siren, notification_id)
