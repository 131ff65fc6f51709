-- What was published, so that it can be compared with what a reader sees in the output topics.

-- How far the inputs of a worker go whose published outputs are covered by rows of guichet.publication or
-- guichet.publication_gap.
CREATE TABLE guichet.published (
    worker      text    NOT NULL,
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint  NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (worker, topic, partition)
) WITH (fillfactor = 50);

-- What one Kafka transaction put into one output partition, by the broker's confirmations. Between first and
-- last others may have written too. Deleted once it has been compared.
CREATE TABLE guichet.publication (
    worker       text    NOT NULL,
    topic        text    NOT NULL,
    partition    integer NOT NULL,
    first_offset bigint  NOT NULL,
    last_offset  bigint  NOT NULL,
    records      integer NOT NULL,
    ids_xor      uuid    NOT NULL,   -- of the records' ids
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (worker, topic, partition, first_offset)
);

-- Inputs whose outputs were published by a process that died before it could tell: to be compared id by id.
CREATE TABLE guichet.publication_gap (
    worker      text    NOT NULL,
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    from_offset bigint  NOT NULL,
    to_offset   bigint  NOT NULL,
    noted_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (worker, topic, partition, from_offset)
);

-- Up to where an output partition has been compared.
CREATE TABLE guichet.audit_mark (
    worker          text    NOT NULL,
    topic           text    NOT NULL,
    partition       integer NOT NULL,
    verified_offset bigint  NOT NULL,
    PRIMARY KEY (worker, topic, partition)
) WITH (fillfactor = 50);

-- All that a worker had decided at that instant is published, and was compared.
CREATE TABLE guichet.audit_worker (
    worker         text PRIMARY KEY,
    verified_until timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Differences, each told once. Of an output partition, or, if outputs are missing, of the inputs they are of.
CREATE TABLE guichet.audit_mismatch (
    mismatch_id  uuid PRIMARY KEY,
    worker       text    NOT NULL,
    topic        text    NOT NULL,
    partition    integer NOT NULL,
    first_offset bigint  NOT NULL,
    last_offset  bigint  NOT NULL,
    detail       text    NOT NULL,
    noted_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_mismatch_worker ON guichet.audit_mismatch (worker, noted_at);

-- At most one row: since when the journal is whole, once days of it were dropped.
CREATE TABLE guichet.journal_reach (
    only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    reaches_to timestamptz NOT NULL
);

-- Drops the journal's days that ended more than `retention_days` ago (at least 30: readers may still ask) and that no
-- worker needs any more: all that it decided then is published, and was compared. Returns how many. A busy moment is
-- left alone: the next call does it.
CREATE FUNCTION guichet.journal_drop(retention_days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item      record;
    is_needed boolean;
    dropped   integer := 0;
BEGIN
    PERFORM set_config('lock_timeout', '1s', true);
    LOCK TABLE guichet.installation IN SHARE ROW EXCLUSIVE MODE;
    FOR item IN
        SELECT inhrelid::regclass AS name,
               (to_date(right(relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' AS ends_at
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'guichet.journal'::regclass AND relname ~ '^journal_[0-9]{8}$'
        ORDER BY relname
    LOOP
        EXIT WHEN item.ends_at > now() - make_interval(days => greatest(retention_days, 30));
        -- The workers that have rows there, by the index; a transaction that began on that day may have ended later.
        EXECUTE format(
            'WITH RECURSIVE worker AS (
                 SELECT min(worker) AS name FROM %1$s
                 UNION ALL
                 SELECT (SELECT min(day.worker) FROM %1$s AS day WHERE day.worker > worker.name)
                 FROM worker WHERE worker.name IS NOT NULL
             )
             SELECT EXISTS (
                 SELECT FROM worker
                 LEFT JOIN guichet.audit_worker ON audit_worker.worker = worker.name
                 WHERE worker.name IS NOT NULL
                   AND (audit_worker.verified_until IS NULL OR audit_worker.verified_until < $1 + interval ''1 hour'')
             ) OR EXISTS (
                 SELECT FROM guichet.progress
                 LEFT JOIN guichet.published
                     ON published.worker = progress.worker AND published.topic = progress.topic
                     AND published.partition = progress.partition
                 JOIN %1$s AS day
                     ON day.worker = progress.worker AND day.topic = progress.topic
                     AND day.partition = progress.partition AND day.input_offset < progress.next_offset
                     AND day.input_offset >= coalesce(published.next_offset, progress.start_offset)
             )', item.name) INTO is_needed USING item.ends_at;
        EXIT WHEN is_needed;
        EXECUTE format('DROP TABLE %s', item.name);
        INSERT INTO guichet.journal_reach (reaches_to) VALUES (item.ends_at)
        ON CONFLICT (only_one) DO UPDATE SET reaches_to = excluded.reaches_to;
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
END
$$;

INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_worker', 'TABLE guichet.' || name, privileges
FROM (VALUES
    ('published',       'SELECT, INSERT, UPDATE'),
    ('publication',     'SELECT, INSERT, DELETE'),
    ('publication_gap', 'SELECT, INSERT, DELETE'),
    ('audit_mark',      'SELECT, INSERT, UPDATE'),
    ('audit_worker',    'SELECT, INSERT, UPDATE'),
    ('audit_mismatch',  'SELECT, INSERT'),
    ('journal_reach',   'SELECT')
) AS granted (name, privileges);

INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_reader', 'TABLE guichet.' || name, 'SELECT'
FROM (VALUES ('published'), ('publication'), ('publication_gap'), ('audit_mark'), ('audit_worker'), ('audit_mismatch'),
    ('journal_reach')) AS granted (name);

INSERT INTO guichet.privilege (role_name, object, privileges)
VALUES ('guichet_worker', 'FUNCTION guichet.journal_drop(integer)', 'EXECUTE');
