-- What webhooks are sent: plain rows beside the log. Only where an event is in the log stands here, never its text.

CREATE TABLE tickets.webhook_cursors (
    webhook_id uuid PRIMARY KEY,
    position   bigint NOT NULL                     -- every event up to here has its delivery, or is none of its business
) WITH (fillfactor = 50);

CREATE TABLE tickets.deliveries (
    webhook_id   uuid NOT NULL,
    position     bigint NOT NULL,
    event_id     uuid NOT NULL,
    type         text NOT NULL,
    subject      text NOT NULL,                    -- the stream: what is about the same thing goes one after another
    state        text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'DELIVERED')),
    attempts     integer NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    next_at      timestamptz NOT NULL,             -- not before then; while one tries it, not before it must have ended
    failing_since timestamptz,
    attempted_at timestamptz,
    delivered_at timestamptz,
    status       integer,                          -- what was answered last
    error        text,                             -- why the last attempt got no good answer
    PRIMARY KEY (webhook_id, position)
) WITH (fillfactor = 80);

CREATE INDEX deliveries_pending ON tickets.deliveries (webhook_id, subject, position) WHERE state = 'PENDING';
CREATE INDEX deliveries_old ON tickets.deliveries (delivered_at) WHERE state = 'DELIVERED';
