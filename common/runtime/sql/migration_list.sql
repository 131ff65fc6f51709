-- No parameters. The migrations that ran, in order.
SELECT version, name, checksum
FROM guichet.schema_migration
ORDER BY version;
