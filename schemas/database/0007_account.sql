-- Registrations that wait for a contract, and merges of client accounts. Written by the account worker.

-- A waiting registration keeps what it said, and where it came from, until it is decided. Nothing personal is in it.
ALTER TABLE guichet.registration
    DROP CONSTRAINT registration_outcome_check,
    ADD CONSTRAINT registration_outcome_check CHECK (outcome IN ('accepted', 'rejected', 'waiting')),
    ALTER COLUMN decided_at DROP NOT NULL,
    ADD COLUMN grace_ends_at  timestamptz,
    ADD COLUMN content        text,
    ADD COLUMN correlation_id text,
    ADD COLUMN traceparent    text,
    ADD COLUMN tracestate     text,
    ADD COLUMN arrival        bigint GENERATED ALWAYS AS IDENTITY,  -- who came first is decided first
    ADD CONSTRAINT registration_waits CHECK (
        CASE WHEN outcome = 'waiting' THEN decided_at IS NULL AND grace_ends_at IS NOT NULL AND content IS NOT NULL
             ELSE decided_at IS NOT NULL AND grace_ends_at IS NULL AND content IS NULL END);
CREATE INDEX registration_waiting ON guichet.registration (siren, arrival) WHERE outcome = 'waiting';

-- A merge that was answered. `together`: the two were one already.
CREATE TABLE guichet.account_merge (
    siren              text  NOT NULL,
    merge_id           text  NOT NULL,
    outcome            text  NOT NULL CHECK (outcome IN ('merged', 'rejected', 'together')),
    session_account_id text  NOT NULL,
    other_account_id   text  NOT NULL,
    fingerprint        bytea NOT NULL,
    decided_at         timestamptz NOT NULL,
    PRIMARY KEY (siren, merge_id)
);
