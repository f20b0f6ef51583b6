-- Programs outside: service accounts and webhooks. Both rebuildable from the log; an account's token is kept nowhere.

CREATE TABLE tickets.accounts (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL,
    hearing             jsonb NOT NULL,            -- which events, how private, with or without personal data
    calls               text[] NOT NULL,
    requests_per_minute integer NOT NULL,
    token_hash          text NOT NULL,             -- SHA-256, hex
    created_at          timestamptz NOT NULL,
    revoked_at          timestamptz
);

CREATE INDEX accounts_token ON tickets.accounts (token_hash);

CREATE TABLE tickets.webhooks (
    id              uuid PRIMARY KEY,
    name            text NOT NULL,
    url             text NOT NULL,
    hearing         jsonb NOT NULL,
    active          boolean NOT NULL,
    stopped_because text,
    since           bigint NOT NULL,               -- position behind which its events begin
    removed         boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);

-- A plain row beside the log: when an account was last used, and until when its requests are paid for (see
-- queries/accounts).
CREATE TABLE tickets.account_usage (
    account_id   uuid PRIMARY KEY,
    last_used_at timestamptz NOT NULL,
    paid_until   timestamptz NOT NULL
) WITH (fillfactor = 50);
