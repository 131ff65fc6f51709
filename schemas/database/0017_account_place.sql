-- Accounts registered at the same instant, as one batch brings them: which of them came first.

ALTER TABLE guichet.account
    ADD COLUMN place integer NOT NULL DEFAULT 0;  -- among the employer's accounts of that instant
