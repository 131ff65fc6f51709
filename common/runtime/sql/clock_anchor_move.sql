-- $1 simulated_from timestamptz, $2 real_from timestamptz, $3 rate integer, $4 start_asked timestamptz
UPDATE guichet.clock_anchor
SET simulated_from = $1::timestamptz,
    real_from = $2::timestamptz,
    rate = $3::integer,
    start_asked = $4::timestamptz
