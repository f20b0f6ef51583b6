-- What statistics are made of: one row per ticket with the times of its milestones, a function of its stream alone.
-- Narrow and apart from `tickets`, because most events (messages, notes) leave it as it is.
CREATE TABLE tickets.ticket_times (
    ticket_id    uuid PRIMARY KEY,
    opened_at    timestamptz NOT NULL,
    category_id  uuid NOT NULL,
    priority     smallint NOT NULL,
    status       text NOT NULL,
    assignee_id  uuid,
    responder_id uuid,                              -- whoever of staff answered first
    responded_at timestamptz,
    response_s   integer,                           -- seconds from the opening
    resolver_id  uuid,                              -- who had it when the work ended
    resolved_at  timestamptz,                       -- NULL again once it is reopened
    resolution_s integer,
    resolutions  integer NOT NULL,
    reopenings   integer NOT NULL,
    score        smallint,
    rated_at     timestamptz
);

CREATE INDEX ticket_times_opened ON tickets.ticket_times (opened_at);
CREATE INDEX ticket_times_responded ON tickets.ticket_times (responded_at) WHERE responded_at IS NOT NULL;
CREATE INDEX ticket_times_resolved ON tickets.ticket_times (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX ticket_times_rated ON tickets.ticket_times (rated_at) WHERE rated_at IS NOT NULL;
