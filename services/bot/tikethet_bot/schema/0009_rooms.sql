-- How many UTF-16 units of words the message of a row holds (0: it shows files alone), so that an edit of a text in
-- several messages finds them. What was sent before this is edited in its first message only.
ALTER TABLE bot.outbox ADD COLUMN room smallint NOT NULL DEFAULT 4096;
UPDATE bot.outbox SET room = 0 WHERE part > 0;
