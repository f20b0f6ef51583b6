-- A token or a secret that was replaced, and until when the one before still works. An older release writes rows without.

ALTER TABLE tickets.accounts
    ADD COLUMN key            text,                -- what the token is made from; NULL: the id
    ADD COLUMN old_token_hash text,
    ADD COLUMN old_until      timestamptz;         -- NULL: no longer

CREATE INDEX accounts_old_token ON tickets.accounts (old_token_hash);

ALTER TABLE tickets.webhooks
    ADD COLUMN key       text,                     -- what the secret is made from; NULL: the id
    ADD COLUMN old_key   text,
    ADD COLUMN old_until timestamptz;              -- NULL: messages are not signed with it
