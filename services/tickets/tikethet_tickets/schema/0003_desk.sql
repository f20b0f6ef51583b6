-- How the desk works: one row at most, rebuildable from the log like the other read models.

CREATE TABLE tickets.desk (
    id         uuid PRIMARY KEY,
    settings   jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);
