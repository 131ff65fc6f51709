-- Time as an input: deadlines, what waits for them, and the simulated clock.

-- A deadline: what to look at again once `due_at` has passed. One row per kind of a subject: its next one.
-- Whoever writes a row holds the employer's lock. SIREN '' stands for what belongs to no employer.
CREATE TABLE guichet.timer (
    siren   text    NOT NULL,
    worker  text    NOT NULL,
    kind    text    NOT NULL,
    subject text    NOT NULL,
    lane    integer NOT NULL CHECK (lane BETWEEN 0 AND 5039),  -- murmur2(siren) modulo 5040
    due_at  timestamptz NOT NULL,
    PRIMARY KEY (siren, worker, kind, subject)
) WITH (fillfactor = 70);
CREATE INDEX timer_due ON guichet.timer (worker, due_at, siren, kind, subject) INCLUDE (lane);
-- Few rows at a time: what waits for something that every batch may bring.
CREATE INDEX timer_waiting ON guichet.timer (siren, subject) WHERE kind = 'subject_known';

-- An event about a subject that is not known yet: kept until the subject comes or the grace ends. Nothing
-- personal is in these.
CREATE TABLE guichet.early_event (
    siren          text NOT NULL,
    worker         text NOT NULL,
    kind           text NOT NULL,   -- what the event does to its subject
    subject        text NOT NULL,
    content        text NOT NULL,   -- the event's data as JSON
    correlation_id text,
    traceparent    text,
    tracestate     text,
    grace_ends_at  timestamptz NOT NULL,
    PRIMARY KEY (siren, worker, kind, subject)
);

-- The simulated clock of this installation: simulated now = simulated_from + (real now - real_from) * rate.
-- Without a row the clock is the real one.
CREATE TABLE guichet.clock_anchor (
    only_one       boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    simulated_from timestamptz NOT NULL,
    real_from      timestamptz NOT NULL,
    rate           integer NOT NULL CHECK (rate > 0),
    start_asked    timestamptz NOT NULL   -- what `clock.start` said
);

-- What a tick or a wake-up decides stands in rows of their own beside the input's, before it.
ALTER TABLE guichet.journal
    ADD COLUMN sequence    integer NOT NULL DEFAULT 0,
    ADD COLUMN facts_shape text;  -- which facts these are: what decides them again
DROP INDEX guichet.journal_position;
CREATE INDEX journal_position ON guichet.journal (worker, topic, partition, input_offset, sequence);

-- Open requests: what they said is kept, sealed, until they are decided.
ALTER TABLE guichet.affiliation_request
    ADD COLUMN milestones_raised integer NOT NULL DEFAULT 0,  -- of the four of the clock
    ADD COLUMN grace_ends_at  timestamptz,                    -- waiting: until then
    ADD COLUMN correlation_id text,
    ADD COLUMN traceparent    text,
    ADD COLUMN tracestate     text,
    ADD COLUMN content        text,
    ADD COLUMN sealed         bytea;
CREATE INDEX affiliation_request_open ON guichet.affiliation_request (calendar_id, siren, request_id)
    WHERE status IN ('waiting', 'under_review');
CREATE INDEX affiliation_request_waiting ON guichet.affiliation_request (siren, contract_id, request_id)
    WHERE status = 'waiting';
CREATE INDEX affiliation_request_decided ON guichet.affiliation_request USING brin (decided_at);

-- An activation link that was sent, until it is used, bounces or expires.
ALTER TABLE guichet.insured
    ADD COLUMN notification_id uuid,
    ADD COLUMN link_expires_at timestamptz,
    ADD COLUMN correlation_id  text,
    ADD COLUMN traceparent     text,
    ADD COLUMN tracestate      text;
CREATE INDEX insured_notification ON guichet.insured (siren, notification_id)
    WHERE notification_id IS NOT NULL;

-- When a revision of a calendar became known: requests decided at that very moment may not have seen it.
ALTER TABLE guichet.calendar
    ADD COLUMN fingerprint bytea,
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE guichet.pmss
    ADD COLUMN fingerprint bytea,
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
