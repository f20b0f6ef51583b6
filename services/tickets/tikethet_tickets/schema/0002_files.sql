-- Files: rows of their own, outside the log. Events carry what a message shows of a file; these say where its content
-- is and who may have it. Nothing here can be rebuilt from the log.

-- Content, once per SHA-256 however often it is attached. A row is locked while its object is put or removed.
CREATE TABLE tickets.blobs (
    hash         bytea PRIMARY KEY CHECK (length(hash) = 32),
    size         bigint NOT NULL,
    content_type text NOT NULL,                    -- as found in the content
    stored_at    timestamptz NOT NULL              -- last time somebody sent it
);

CREATE TABLE tickets.files (
    id          uuid PRIMARY KEY,
    uploader_id uuid NOT NULL,
    hash        bytea NOT NULL REFERENCES tickets.blobs,
    filename    text NOT NULL,                     -- personal: the row goes when the person is forgotten
    uploaded_at timestamptz NOT NULL,
    ticket_id   uuid,                              -- NULL: not part of a message yet, its uploader's alone
    message_id  uuid,                              -- NULL with a ticket: part of the first message
    is_internal boolean NOT NULL DEFAULT false     -- part of a note: staff only
);

CREATE INDEX files_hash ON tickets.files (hash);
CREATE INDEX files_ticket ON tickets.files (ticket_id, message_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX files_waiting ON tickets.files (uploader_id, uploaded_at) WHERE ticket_id IS NULL;
