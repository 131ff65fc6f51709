-- Additions of beneficiaries. Written by the beneficiary worker (which also writes guichet.beneficiary).
CREATE TABLE guichet.addition (
    siren       text  NOT NULL,
    addition_id text  NOT NULL,
    insured_id  text  NOT NULL,   -- as named by the publisher: known or not
    contract_id text  NOT NULL,
    status      text  NOT NULL CHECK (status IN
        ('waiting', 'held_employer', 'held_pmss', 'applied', 'rejected', 'refused', 'expired', 'withdrawn')),
    fingerprint bytea NOT NULL,
    submitted_at timestamptz NOT NULL,
    decided_at  timestamptz NOT NULL,
    deadline_at timestamptz,      -- held_employer: expiry
    reasons     text  NOT NULL DEFAULT '',
    content     text,             -- the request, while it is held; people sealed under insured/<insured_id>
    sealed      bytea,
    PRIMARY KEY (siren, addition_id)
);
