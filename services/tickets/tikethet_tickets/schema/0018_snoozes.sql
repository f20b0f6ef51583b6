-- What one of the staff does not want in their own queue for a while, and how far others have read. Plain rows, outside
-- the log: they say nothing about the ticket, only about who looks at it.

CREATE TABLE tickets.snoozes (
    member_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    until     timestamptz NOT NULL,
    said_at   timestamptz,                         -- the ticket's last message then: another one ends the snooze
    PRIMARY KEY (member_id, ticket_id)
);

CREATE INDEX read_markers_of_ticket ON tickets.read_markers (ticket_id, version);
