-- Journeys through « Résilier votre contrat ». Written by the termination worker.

-- A journey as far as it came. Only a confirmation is a notice; what was confirmed is kept until it is
-- decided. Nothing personal is in it: a user is an id.
CREATE TABLE guichet.termination_journey (
    siren          text NOT NULL,
    journey_id     text NOT NULL,
    contract_id    text NOT NULL,   -- as the confirmation names it; before it, as the first event did
    state          text NOT NULL CHECK (state IN
        ('started', 'identified', 'recap', 'abandoned', 'waiting', 'notified', 'rejected', 'withdrawn')),
    last_step_at   timestamptz NOT NULL,
    fingerprint    bytea,           -- of the confirmation
    received_at    timestamptz,     -- of the notice
    grace_ends_at  timestamptz,     -- waiting: until then
    legal_basis    text,            -- notified
    effective_on   date,            -- notified: when it takes effect
    withdrawn_at   timestamptz,
    recorded_at    timestamptz NOT NULL,
    correlation_id text,            -- waiting: of the confirmation
    traceparent    text,
    tracestate     text,
    content        text,            -- waiting: the confirmation as JSON
    PRIMARY KEY (siren, journey_id)
) WITH (fillfactor = 80);
ALTER TABLE guichet.termination_journey ALTER COLUMN content SET STORAGE MAIN;

-- One notice of a contract stands at most.
CREATE UNIQUE INDEX termination_journey_standing ON guichet.termination_journey (siren, contract_id)
    WHERE state = 'notified';
CREATE INDEX termination_journey_waiting
    ON guichet.termination_journey (siren, contract_id, grace_ends_at, received_at, journey_id)
    WHERE state = 'waiting';
