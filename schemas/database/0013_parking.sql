-- Records that wait behind one that the store refused, and what operators did about dead letters.

-- A record that was not decided: the store refused it (is_refused), or it came after one that was, for the same
-- employer and worker. The lowest position of an employer is the one that keeps the others waiting. SIREN '' stands
-- for records of no employer, which wait behind nobody. Whoever writes a row holds the employer's lock.
CREATE TABLE guichet.parked (
    worker       text    NOT NULL,
    siren        text    NOT NULL,
    position     integer NOT NULL,   -- the order in which they came
    topic        text    NOT NULL,   -- where it stood in Kafka; with the incarnation, what its ids are made of
    partition    integer NOT NULL,
    input_offset bigint  NOT NULL,
    incarnation  uuid    NOT NULL,
    timestamp_ms bigint  NOT NULL,
    event_id     text,
    event_type   text,
    subject_id   text,
    is_refused   boolean NOT NULL,
    attempts     integer NOT NULL,   -- how often it has become a dead letter
    message      text,               -- what the store said: nothing personal
    person       text    NOT NULL,   -- whose data key seals it: dead-letter/<id>
    sealed       bytea   NOT NULL,   -- key, value and headers
    parked_at    timestamptz NOT NULL,
    PRIMARY KEY (worker, siren, position)
);
ALTER TABLE guichet.parked ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX parked_place ON guichet.parked (worker, topic, partition, input_offset);

-- Of a record that was parked and decided later: its place, <topic>/<partition>/<offset>. The row itself stands under
-- the place of the command that had it decided.
ALTER TABLE guichet.journal ADD COLUMN replay_of text;
CREATE INDEX journal_replay ON guichet.journal (replay_of) WHERE replay_of IS NOT NULL;
CREATE INDEX journal_refusal ON guichet.journal (decided_at) WHERE refusal IS NOT NULL;

-- What operators had done, and what came of it. Insert-only.
CREATE TABLE guichet.operator_action (
    at      timestamptz NOT NULL DEFAULT now(),
    by      text NOT NULL,
    command text NOT NULL,   -- dlq retry, dlq drop
    target  text NOT NULL,   -- <topic>/<partition>/<offset> of a record
    detail  text,
    outcome text NOT NULL
);
CREATE INDEX operator_action_target ON guichet.operator_action (target, at);

INSERT INTO guichet.privilege (role_name, object, privileges)
VALUES ('guichet_worker', 'TABLE guichet.parked', 'SELECT, INSERT, UPDATE, DELETE'),
       ('guichet_worker', 'TABLE guichet.operator_action', 'SELECT, INSERT'),
       ('guichet_reader', 'TABLE guichet.parked', 'SELECT'),
       ('guichet_reader', 'TABLE guichet.operator_action', 'SELECT');
