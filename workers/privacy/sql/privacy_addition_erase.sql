-- $1 sirens text[], $2 persons text[]
UPDATE guichet.addition AS addition
SET sealed = NULL
FROM unnest($1::text[], $2::text[]) AS gone (siren, person),
     LATERAL guichet.privacy_additions(gone.siren, gone.person) AS known
WHERE addition.siren = known.siren AND addition.addition_id = known.addition_id AND addition.sealed IS NOT NULL
