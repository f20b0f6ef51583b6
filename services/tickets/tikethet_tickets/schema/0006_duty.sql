-- Who of the staff is on duty, and for which categories (none: all). Rebuildable from the log.

CREATE TABLE tickets.duty (
    member_id  uuid PRIMARY KEY,
    on_duty    boolean NOT NULL,
    categories uuid[] NOT NULL,
    since      timestamptz NOT NULL
);

CREATE INDEX duty_on ON tickets.duty (since) WHERE on_duty;

INSERT INTO tickets.due (key, command, at)
    SELECT 'assign:' || id, 'assign', created_at FROM tickets.tickets
    WHERE assignee_id IS NULL AND status NOT IN ('RESOLVED', 'CLOSED');
