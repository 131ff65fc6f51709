-- $1 territories text[], $2 valid_from date[]: the current revision of each value asked for
SELECT DISTINCT ON (pmss.territory, pmss.valid_from)
       pmss.territory, pmss.valid_from, pmss.revision, pmss.amount_eur, pmss.legal_reference,
       pmss.fingerprint, pmss.recorded_at
FROM unnest($1::text[], $2::date[]) AS asked (territory, valid_from)
JOIN guichet.pmss USING (territory, valid_from)
ORDER BY pmss.territory, pmss.valid_from, pmss.revision DESC
