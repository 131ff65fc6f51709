-- Affiliation requests and the insured. Written by the affiliation worker.

CREATE TABLE guichet.affiliation_request (
    siren             text    NOT NULL,
    request_id        text    NOT NULL,
    root_request_id   text    NOT NULL,
    contract_id       text    NOT NULL,
    channel           text    NOT NULL,
    status            text    NOT NULL CHECK (status IN
        ('waiting', 'under_review', 'accepted', 'rejected', 'returned', 'waived', 'cancelled')),
    insured_id        uuid,
    person            text    NOT NULL,  -- whose data key seals what is kept of it
    fingerprint       bytea   NOT NULL,
    submitted_at      timestamptz NOT NULL,
    due_at            timestamptz,       -- online channels only
    calendar_id       text,
    calendar_revision integer NOT NULL DEFAULT 0,
    decided_at        timestamptz,
    reasons           text    NOT NULL DEFAULT '',  -- codes, comma-separated
    tracking_version  integer NOT NULL DEFAULT 0,
    PRIMARY KEY (siren, request_id)
);

-- A person at an employer, recognised again by a keyed hash of the NIR, else of the temporary id. Names,
-- birth date, NIR, e-mail and address are sealed under insured/<insured_id>.
CREATE TABLE guichet.insured (
    siren          text  NOT NULL,
    insured_id     uuid  NOT NULL,
    nir_hash       bytea,
    temporary_hash bytea,
    account_state  text  NOT NULL CHECK (account_state IN ('none', 'invited', 'letter_sent', 'active')),
    content        text  NOT NULL,
    sealed         bytea,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (siren, insured_id)
);
CREATE UNIQUE INDEX insured_nir ON guichet.insured (siren, nir_hash) WHERE nir_hash IS NOT NULL;
CREATE UNIQUE INDEX insured_temporary ON guichet.insured (siren, temporary_hash)
    WHERE temporary_hash IS NOT NULL;

-- An insured's cover by a contract; one row per accepted request (a rehire is a new one).
CREATE TABLE guichet.affiliation (
    siren        text NOT NULL,
    insured_id   uuid NOT NULL,
    contract_id  text NOT NULL,
    request_id   text NOT NULL,
    channel      text NOT NULL,
    scheme       text NOT NULL,
    option       text,
    effective_on date NOT NULL,
    ended_on     date,           -- last day covered
    accepted_at  timestamptz NOT NULL,
    PRIMARY KEY (siren, insured_id, contract_id, request_id)
);

-- Version of each entry of the compacted roster topic.
CREATE TABLE guichet.roster_entry (
    siren       text    NOT NULL,
    contract_id text    NOT NULL,
    insured_id  uuid    NOT NULL,
    version     integer NOT NULL,
    PRIMARY KEY (siren, contract_id, insured_id)
) WITH (fillfactor = 80);

-- The people covered beside an insured, or waiting to be. Names, birth date and NIR are sealed under
-- insured/<insured_id>. `source_id` is the affiliation request or the addition they came with.
CREATE TABLE guichet.beneficiary (
    siren          text NOT NULL,
    insured_id     uuid NOT NULL,
    contract_id    text NOT NULL,
    beneficiary_id text NOT NULL,
    source_id      text NOT NULL,
    state          text NOT NULL CHECK (state IN ('covered', 'waiting', 'refused')),
    relation       text NOT NULL,
    scheme         text NOT NULL,
    coverage_from  date NOT NULL,
    removed_on     date,           -- last day covered
    content        text NOT NULL,
    sealed         bytea,
    PRIMARY KEY (siren, insured_id, contract_id, beneficiary_id, source_id)
);
