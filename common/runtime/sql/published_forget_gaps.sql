-- $1 worker text, $2 topic text, $3 partition integer: another log begins, under offsets that gaps may be of
DELETE FROM guichet.publication_gap
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer
