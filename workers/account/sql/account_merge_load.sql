-- $1 sirens text[], $2 merge_ids text[]
SELECT account_merge.siren, account_merge.merge_id, account_merge.outcome,
       account_merge.session_account_id, account_merge.other_account_id, account_merge.fingerprint,
       account_merge.decided_at
FROM unnest($1::text[], $2::text[]) AS wanted (siren, merge_id)
JOIN guichet.account_merge USING (siren, merge_id)
