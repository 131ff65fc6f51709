-- $1 sirens text[], $2 addition_ids text[]: the additions decided or held before
SELECT addition.siren, addition.addition_id, addition.fingerprint, addition.decided_at
FROM unnest($1::text[], $2::text[]) AS wanted (siren, addition_id)
JOIN guichet.addition USING (siren, addition_id)
