-- $1 secret_check bytea. The first migration run says which secret file this database is made with.
UPDATE guichet.installation
SET secret_check = $1::bytea
WHERE secret_check IS NULL;
