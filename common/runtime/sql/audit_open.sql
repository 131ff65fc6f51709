-- $1 worker text, $2 before timestamptz: whether something that was noted by then is not compared yet
SELECT EXISTS (SELECT FROM guichet.publication WHERE worker = $1::text AND published_at <= $2::timestamptz)
    OR EXISTS (SELECT FROM guichet.publication_gap WHERE worker = $1::text AND noted_at <= $2::timestamptz) AS is_open
