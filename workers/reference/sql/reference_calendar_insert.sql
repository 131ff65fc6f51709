-- $1 calendar_id text, $2 revision integer, $3 base text, $4 extra_closures date[], $5 worked_holidays date[], $6 fingerprint bytea, $7 recorded_at timestamptz
INSERT INTO guichet.calendar (calendar_id, revision, base, extra_closures, worked_holidays,
                              fingerprint, recorded_at)
VALUES ($1::text, $2::integer, $3::text, $4::date[], $5::date[], $6::bytea, $7::timestamptz)
