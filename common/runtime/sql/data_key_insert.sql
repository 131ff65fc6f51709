-- $1 sirens text[], $2 subjects text[], $3 wrapped bytea[]: rows
INSERT INTO guichet.data_key (siren, subject, wrapped)
SELECT siren, subject, wrapped
  FROM unnest($1::text[], $2::text[], $3::bytea[]) AS new (siren, subject, wrapped);
