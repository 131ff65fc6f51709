-- $1 sirens text[], $2 insured_ids uuid[]: who the insured are
SELECT insured.siren, insured.insured_id, insured.content, insured.sealed
FROM unnest($1::text[], $2::uuid[]) AS wanted (siren, insured_id)
JOIN guichet.insured USING (siren, insured_id)
