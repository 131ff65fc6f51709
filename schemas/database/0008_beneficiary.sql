-- Additions that wait or are held, removals, and the ends of affiliations that billing was told of.

-- While something may still become of an addition, its request is kept, sealed under insured/<id>, or under
-- request/<addition_id> while the insured is not known. `insured_id` is a canonical UUID if it is one at all.
ALTER TABLE guichet.addition
    ADD COLUMN grace_ends_at  timestamptz,  -- waiting: how long for the insured
    ADD COLUMN held_at        timestamptz,  -- held: since when
    ADD COLUMN looked_at      timestamptz,  -- held_pmss: when it was last tried to be priced
    ADD COLUMN reminders      integer NOT NULL DEFAULT 0,  -- sent to the adviser
    ADD COLUMN answer         text CHECK (answer IN ('confirmed', 'refused')),  -- the employer's
    ADD COLUMN correlation_id text,
    ADD COLUMN traceparent    text,
    ADD COLUMN tracestate     text;
CREATE INDEX addition_waiting ON guichet.addition (siren, insured_id, addition_id)
    WHERE status = 'waiting';
CREATE INDEX addition_without_pmss ON guichet.addition (siren, addition_id)
    WHERE status = 'held_pmss';

CREATE TABLE guichet.removal (
    siren       text  NOT NULL,
    removal_id  text  NOT NULL,
    fingerprint bytea NOT NULL,
    decided_at  timestamptz NOT NULL,
    PRIMARY KEY (siren, removal_id)
);

-- The ends of affiliations that billing was told of; the latest is the one that it knows. A wake-up that comes
-- again finds its end here, and says nothing; a corrected end is told as the difference.
CREATE TABLE guichet.affiliation_end (
    siren       text NOT NULL,
    insured_id  uuid NOT NULL,
    contract_id text NOT NULL,
    request_id  text NOT NULL,     -- which affiliation
    ended_on    date NOT NULL,
    times       integer NOT NULL,  -- told: more than once if a correction was taken back
    decided_at  timestamptz NOT NULL,
    PRIMARY KEY (siren, insured_id, contract_id, request_id, ended_on)
);
