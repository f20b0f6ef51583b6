-- The way in while there is no admin: the newest link only, and of it only what its secret hashes to.
CREATE TABLE tickets.admin_link (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    token_hash text NOT NULL,                      -- SHA-256, hex
    expires_at timestamptz NOT NULL
);

-- How the bot is called in Telegram, as it told at its last sign-in: links to it are made of that.
CREATE TABLE tickets.bot (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    username text NOT NULL
);
