-- $1 version integer, $2 name text, $3 checksum text
INSERT INTO guichet.schema_migration (version, name, checksum)
VALUES ($1::integer, $2::text, $3::text);
