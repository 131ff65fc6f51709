-- $1 siren text, $2 contract_id text, $3 class text (each null: any), $4 since timestamptz: online requests submitted since then, and all that are open, by Paris day and class
-- A request is decided after its submission, which may lie five minutes ahead of the clock: so the index on decided_at finds them.
SELECT CASE WHEN submitted_at >= $4::timestamptz
            THEN (submitted_at AT TIME ZONE 'Europe/Paris')::date END AS day,
       class,
       count(*) FILTER (WHERE decided_at <= due_at) AS met,
       count(*) FILTER (WHERE decided_at > due_at) AS late,
       count(*) FILTER (WHERE decided_at IS NULL) AS open,
       min(submitted_at) FILTER (WHERE decided_at IS NULL) AS oldest_open
FROM (SELECT siren, contract_id, channel AS class, submitted_at, due_at, decided_at
      FROM guichet.affiliation_request
      WHERE status NOT IN ('waiting', 'under_review') AND due_at IS NOT NULL
          AND decided_at >= $4::timestamptz - interval '5 minutes'
          AND submitted_at >= $4::timestamptz
      UNION ALL
      SELECT siren, contract_id, channel, submitted_at, due_at, NULL
      FROM guichet.affiliation_request
      WHERE status IN ('waiting', 'under_review') AND due_at IS NOT NULL) AS request
WHERE ($1::text IS NULL OR siren = $1::text)
    AND ($2::text IS NULL OR contract_id = $2::text)
    AND ($3::text IS NULL OR class = $3::text)
GROUP BY day, class
ORDER BY day DESC NULLS LAST, class DESC
