-- no parameters
SELECT count(DISTINCT (siren, contract_id)) AS known FROM guichet.contract
