-- $1 sirens text[], $2 subjects text[]: pairs
SELECT k.siren, k.subject, k.wrapped
  FROM unnest($1::text[], $2::text[]) AS asked (siren, subject)
  JOIN guichet.data_key AS k USING (siren, subject);
