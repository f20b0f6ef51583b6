-- What time will do. `due` is rebuildable from the log; `at` is when a command is due, or, for those whose waiting time is
-- a setting of the desk, from when it runs. A claim says that a process is about to carry a command out, or that it
-- could not be and is not tried again before then.

CREATE TABLE tickets.due (
    key     text PRIMARY KEY,
    command text NOT NULL,
    at      timestamptz NOT NULL
);

CREATE INDEX due_next ON tickets.due (command, at);

CREATE TABLE tickets.due_claims (
    key   text PRIMARY KEY,
    until timestamptz NOT NULL
);

INSERT INTO tickets.due (key, command, at)
    SELECT 'close:' || id, 'close', resolved_at FROM tickets.tickets WHERE status = 'RESOLVED' AND resolved_at IS NOT NULL
    UNION ALL
    SELECT 'overdue:' || id, 'overdue', waiting_since FROM tickets.tickets WHERE waiting_since IS NOT NULL;
