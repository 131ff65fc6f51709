-- What operators decide about a stopped partition, and what it takes to start one anew.

-- A decision about one partition of a worker: asked for by a command, executed by the process that owns the
-- partition, or by the command itself if nobody does. Never deleted: who did what, when.
CREATE TABLE guichet.remedy (
    remedy_id    uuid        PRIMARY KEY,
    worker       text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL,
    verdict      text        NOT NULL,   -- that the asker saw; another one at the execution refuses it
    evidence     text        NOT NULL,   -- in numbers, as he saw it
    action       text        NOT NULL CHECK (action IN ('adopt', 'republish')),
    from_offset  bigint      NOT NULL DEFAULT -1,   -- -1: not said
    asked_by     text        NOT NULL,
    asked_at     timestamptz NOT NULL DEFAULT now(),
    state        text        NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'begun', 'done', 'refused')),
    target_c     bigint      NOT NULL DEFAULT -1,   -- begun: the offset to be committed
    result       text,
    executed_by  text,                   -- transactional id
    finished_at  timestamptz
);
CREATE UNIQUE INDEX remedy_open ON guichet.remedy (worker, topic, partition) WHERE state IN ('asked', 'begun');
CREATE INDEX remedy_history ON guichet.remedy (worker, topic, partition, asked_at);

-- The offset that the group was known to have committed when p was last moved: a lower bound of what has been
-- published, should the group lose it.
ALTER TABLE guichet.progress ADD COLUMN last_committed bigint NOT NULL DEFAULT -1;

-- A partition that starts over has the same offsets once more: rows of another incarnation are not its own.
-- ordinal: place within the batch, whose rows share recorded_at, in the order of deciding.
ALTER TABLE guichet.journal ADD COLUMN incarnation uuid;
ALTER TABLE guichet.journal ADD COLUMN ordinal integer NOT NULL DEFAULT 0;
UPDATE guichet.journal
SET incarnation = progress.incarnation
FROM guichet.progress
WHERE journal.worker = progress.worker
  AND journal.topic = progress.topic
  AND journal.partition = progress.partition;

INSERT INTO guichet.privilege (role_name, object, privileges)
VALUES ('guichet_worker', 'TABLE guichet.remedy', 'SELECT, INSERT, UPDATE'),
       ('guichet_reader', 'TABLE guichet.remedy', 'SELECT');
