-- What was published, so that it can be compared with what a reader sees in the output topics.

-- How far the inputs of a worker go whose published outputs are covered by rows of guichet.publication or
-- guichet.publication_gap.
CREATE TABLE guichet.published (
    worker      text    NOT NULL,
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint  NOT NULL,
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

-- At most one row: since when the journal is whole, once days of it were dropped.
CREATE TABLE guichet.journal_reach (
    only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    reaches_to timestamptz NOT NULL
);

INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_worker', 'TABLE guichet.' || name, privileges
FROM (VALUES
    ('published',       'SELECT, INSERT, UPDATE'),
    ('publication',     'INSERT'),
    ('publication_gap', 'INSERT'),
    ('journal_reach',   'SELECT')
) AS granted (name, privileges);

INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_reader', 'TABLE guichet.' || name, 'SELECT'
FROM (VALUES ('published'), ('publication'), ('publication_gap'), ('journal_reach')) AS granted (name);
