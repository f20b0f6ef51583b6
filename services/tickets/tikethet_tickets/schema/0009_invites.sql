-- Links that let one person be of the staff. Rebuildable from the log; the link's secret is kept nowhere.

CREATE TABLE tickets.invites (
    id         uuid PRIMARY KEY,
    inviter_id uuid NOT NULL,
    role       text NOT NULL,
    token_hash text NOT NULL,                      -- SHA-256, hex
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_by    uuid,
    ended_at   timestamptz                         -- used or revoked
);

CREATE INDEX invites_open ON tickets.invites (token_hash) WHERE ended_at IS NULL;
