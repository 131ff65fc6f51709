-- Reviews, leavers, resubmissions, and e-mails to employers that come back. The doubts of a request under
-- review stand in its reasons; the partial index affiliation_request_open covers it.

ALTER TABLE guichet.affiliation_request
    ADD COLUMN first_submitted_at timestamptz;  -- of the first attempt, as a resubmission tells it

-- What ended an affiliation: what billing is told of it follows from that event.
ALTER TABLE guichet.affiliation
    ADD COLUMN ended_correlation_id text,
    ADD COLUMN ended_traceparent    text,
    ADD COLUMN ended_tracestate     text;

-- E-mails to employers, noted by the workers that emit them. Written under the employer's lock.
CREATE TABLE guichet.employer_notification (
    siren           text NOT NULL,
    notification_id uuid NOT NULL,
    subject_id      text NOT NULL,  -- the addition or journey that it tells of
    bounced_at      timestamptz,    -- it came back: told once
    PRIMARY KEY (siren, notification_id)
);
