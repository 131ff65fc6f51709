-- $1 sirens text[], $2 removal_ids text[]: the removals among these that were seen before
SELECT removal.siren, removal.removal_id, removal.fingerprint, removal.decided_at
FROM (SELECT DISTINCT siren, removal_id
      FROM unnest($1::text[], $2::text[]) AS asked (siren, removal_id)) AS wanted
JOIN guichet.removal USING (siren, removal_id)
