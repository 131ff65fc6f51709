-- $1 simulated_from timestamptz, $2 real_from timestamptz, $3 rate integer, $4 start_asked timestamptz
-- Of several that start first, one sets the anchor; the others wait for it here and then follow.
INSERT INTO guichet.clock_anchor (simulated_from, real_from, rate, start_asked)
VALUES ($1::timestamptz, $2::timestamptz, $3::integer, $4::timestamptz)
ON CONFLICT DO NOTHING
