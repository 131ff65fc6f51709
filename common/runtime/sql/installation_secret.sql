-- No parameters. The check value of the secret file this database is made with.
SELECT secret_check
FROM guichet.installation;
