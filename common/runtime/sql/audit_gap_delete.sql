-- $1 worker text, $2 topic text, $3 partition integer, $4 from_offset bigint: it has been compared
DELETE FROM guichet.publication_gap
WHERE worker = $1::text AND topic = $2::text AND partition = $3::integer AND from_offset = $4::bigint
