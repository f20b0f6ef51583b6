-- One message to many. Rebuildable from the log; the numbers are those of its end, and 0 until then.
CREATE TABLE tickets.broadcasts (
    id          uuid PRIMARY KEY,
    author_id   uuid,
    texts       jsonb NOT NULL,
    recipients  jsonb NOT NULL,                    -- whom it is for: roles, languages, active_within_days
    status      text NOT NULL,
    total       integer NOT NULL,
    delivered   integer NOT NULL,
    failed      integer NOT NULL,
    skipped     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE INDEX broadcasts_running ON tickets.broadcasts (id) WHERE status = 'RUNNING';

-- Who they are, and what became of it for each: plain rows outside the log, written before the broadcast starts.
CREATE TABLE tickets.broadcast_recipients (
    broadcast_id uuid NOT NULL,
    member_id    uuid NOT NULL,
    outcome      text,                             -- NULL: not known yet
    PRIMARY KEY (broadcast_id, member_id)
);

CREATE INDEX broadcast_recipients_pending ON tickets.broadcast_recipients (broadcast_id, member_id) WHERE outcome IS NULL;
CREATE INDEX broadcast_recipients_member ON tickets.broadcast_recipients (member_id) WHERE outcome IS NULL;
