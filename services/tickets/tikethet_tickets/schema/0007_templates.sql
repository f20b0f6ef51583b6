-- Reply templates. Rebuildable from the log.

CREATE TABLE tickets.templates (
    id           uuid PRIMARY KEY,
    name         text NOT NULL,
    texts        jsonb NOT NULL,
    category_ids uuid[] NOT NULL,                  -- none: offered under all
    "order"      integer NOT NULL,
    removed      boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
