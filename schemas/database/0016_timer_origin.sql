-- What a timer's firing follows from, where its subject does not keep that itself: the event that armed it.

ALTER TABLE guichet.timer
    ADD COLUMN correlation_id text,
    ADD COLUMN traceparent    text,
    ADD COLUMN tracestate     text;
