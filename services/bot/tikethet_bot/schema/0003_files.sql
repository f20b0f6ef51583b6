-- The files of a message, and the album a message of somebody is part of.
ALTER TABLE bot.outbox ADD COLUMN files bytea;
ALTER TABLE bot.journal ADD COLUMN album bigint;
CREATE INDEX journal_album ON bot.journal (chat_id, album) WHERE album IS NOT NULL;
ALTER TABLE bot.drafts ADD COLUMN attachments uuid[] NOT NULL DEFAULT '{}';
