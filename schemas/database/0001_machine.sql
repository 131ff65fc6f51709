-- Machine tables: what the shell needs to process each input exactly once and to explain it afterwards.
CREATE SCHEMA IF NOT EXISTS guichet;

-- One row: which installation this database belongs to. Its id travels as metadata of every committed
-- offset; secret_check tells whether the secret file is the one this database was made with.
CREATE TABLE guichet.installation (
    only_one        boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    installation_id uuid NOT NULL DEFAULT gen_random_uuid(),
    secret_check    bytea,
    created_at      timestamptz NOT NULL DEFAULT now()
);
INSERT INTO guichet.installation DEFAULT VALUES;

-- An employer, known or not: the row that is locked before anything about him is read or written.
CREATE TABLE guichet.employer (
    siren text PRIMARY KEY
);

-- Where a worker stands in an input partition: all below next_offset is decided and stored.
-- The last record's timestamp and checksum are evidence that the log is still the same one.
CREATE TABLE guichet.progress (
    worker             text    NOT NULL,
    topic              text    NOT NULL,
    partition          integer NOT NULL,
    incarnation        uuid    NOT NULL,
    start_offset       bigint  NOT NULL,
    next_offset        bigint  NOT NULL,
    last_offset        bigint  NOT NULL DEFAULT -1,
    last_timestamp_ms  bigint  NOT NULL DEFAULT -1,
    last_checksum      bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (worker, topic, partition)
) WITH (fillfactor = 50);

-- One row per input: what was known, which rules fired, what came out. Outputs are published from here
-- after a failure. Insert-only; partitioned by the day it was written, so that old days can be dropped.
CREATE TABLE guichet.journal (
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    worker         text    NOT NULL,
    topic          text    NOT NULL,
    partition      integer NOT NULL,
    input_offset   bigint  NOT NULL,
    decided_at     timestamptz NOT NULL,
    siren          text,
    subject_id     text,
    person         text,      -- whose data key seals facts and outputs
    event_id       text,
    event_type     text,
    correlation_id text,
    traceparent    text,
    tracestate     text,
    refusal        text,      -- dead-letter reason, if it was one
    rules          text,      -- codes of the rules that fired, comma-separated
    facts          text,      -- JSON; personal values stand as null
    facts_sealed   bytea,
    outputs_count  integer NOT NULL,
    outputs        bytea      -- packed, personal parts sealed
) PARTITION BY RANGE (recorded_at);
ALTER TABLE guichet.journal ALTER COLUMN facts SET STORAGE EXTERNAL;
ALTER TABLE guichet.journal ALTER COLUMN outputs SET STORAGE EXTERNAL;
CREATE INDEX journal_position ON guichet.journal (worker, topic, partition, input_offset);
CREATE INDEX journal_subject ON guichet.journal (subject_id, siren);
CREATE INDEX journal_event ON guichet.journal (event_id);

-- Makes the journal's day partitions from today on, `days` ahead; returns how many are new.
CREATE FUNCTION guichet.journal_prepare(days integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    day  date;
    made integer := 0;
    name text;
BEGIN
    LOCK TABLE guichet.installation IN SHARE ROW EXCLUSIVE MODE;
    FOR n IN 0 .. days LOOP
        day := (now() AT TIME ZONE 'UTC')::date + n - 1;
        name := 'journal_' || to_char(day, 'YYYYMMDD');
        IF to_regclass('guichet.' || name) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE guichet.%I PARTITION OF guichet.journal FOR VALUES FROM (%L) TO (%L)'
                ' WITH (toast_tuple_target = 8160)',
                name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;
SELECT guichet.journal_prepare(14);

-- Data keys, wrapped by the installation's secret file: one per person, per contract, or per request where
-- no person came of it. Deleting a row makes everything sealed under it unreadable.
CREATE TABLE guichet.data_key (
    siren   text  NOT NULL,
    subject text  NOT NULL,   -- insured/<uuid>, contract/<id>, request/<id>, dead-letter/<id>
    wrapped bytea NOT NULL,
    PRIMARY KEY (siren, subject)
);
