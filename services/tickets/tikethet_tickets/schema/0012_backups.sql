-- Back-ups that were made: plain rows outside the log, for whoever asks how old the last one is.
CREATE TABLE tickets.backups (
    made_at  timestamptz PRIMARY KEY,
    position bigint NOT NULL,                      -- how far the log in it goes
    size     bigint NOT NULL                       -- bytes
);
