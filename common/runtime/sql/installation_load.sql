-- no parameters
SELECT installation_id FROM guichet.installation
