-- One-time ways into a desktop browser. Plain rows: they live for a minute and say nothing about the desk.

CREATE TABLE tickets.desk_codes (
    member_id  uuid PRIMARY KEY,                   -- the newest code of a member is the only one
    code_hash  text NOT NULL UNIQUE,               -- SHA-256, hex
    expires_at timestamptz NOT NULL
);
