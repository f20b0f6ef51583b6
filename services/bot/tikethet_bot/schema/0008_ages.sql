-- What is kept for a while only: words that nobody sent in the end, and which message stands in which slot.
ALTER TABLE bot.drafts ADD COLUMN kept_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE bot.shown ADD COLUMN shown_at timestamptz NOT NULL DEFAULT clock_timestamp();
CREATE INDEX drafts_age ON bot.drafts (kept_at);
CREATE INDEX shown_age ON bot.shown (shown_at);
