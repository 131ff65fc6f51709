-- Contracts and client accounts. Written by the account worker.

-- A contract in each of its revisions; the current one is the highest. `content` is the published contract
-- as JSON with the contacts' names and e-mails taken out (sealed under contract/<contract_id>).
CREATE TABLE guichet.contract (
    siren       text    NOT NULL,
    contract_id text    NOT NULL,
    revision    integer NOT NULL,
    category    text    NOT NULL CHECK (category IN ('sante', 'prevoyance', 'retraite')),
    starts_on   date    NOT NULL,
    ends_on     date,
    fingerprint bytea   NOT NULL,
    content     text    NOT NULL,
    sealed      bytea,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (siren, contract_id, revision)
);
ALTER TABLE guichet.contract ALTER COLUMN content SET STORAGE MAIN;

-- Account ids are unique over all employers: who holds an id decides. A row without a siren exists only
-- inside the transaction that claims the id.
CREATE TABLE guichet.account_directory (
    account_id text PRIMARY KEY,
    siren      text,
    category   text
);

-- A client account belongs to one employer and one category. A merged account points to its survivor
-- (always to the last one, so that an alias resolves in one step).
CREATE TABLE guichet.account (
    siren               text NOT NULL,
    account_id          text NOT NULL,
    category            text NOT NULL CHECK (category IN ('sante', 'prevoyance', 'retraite')),
    survivor_account_id text NOT NULL,
    registered_at       timestamptz NOT NULL,
    PRIMARY KEY (siren, account_id)
);

-- Which account holds a contract. A contract is held by one account, and never detached.
CREATE TABLE guichet.attachment (
    siren       text NOT NULL,
    contract_id text NOT NULL,
    account_id  text NOT NULL,
    cause       text NOT NULL CHECK (cause IN ('declared', 'sibling', 'late_sibling')),
    trigger_id  text NOT NULL,
    attached_at timestamptz NOT NULL,
    PRIMARY KEY (siren, contract_id)
);

CREATE TABLE guichet.registration (
    siren           text  NOT NULL,
    registration_id text  NOT NULL,
    account_id      text  NOT NULL,
    category        text  NOT NULL,
    outcome         text  NOT NULL CHECK (outcome IN ('accepted', 'rejected')),
    fingerprint     bytea NOT NULL,
    decided_at      timestamptz NOT NULL,
    PRIMARY KEY (siren, registration_id)
);
