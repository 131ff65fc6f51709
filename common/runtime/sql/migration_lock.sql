-- No parameters; a script of several statements. One migration at a time, however long it takes.
SET LOCAL statement_timeout = 0;
LOCK TABLE guichet.schema_migration IN ACCESS EXCLUSIVE MODE;
