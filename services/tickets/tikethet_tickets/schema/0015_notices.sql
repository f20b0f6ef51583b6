-- Notifications know their channels: in the app or not, and when they are due in Telegram. There, words on one ticket are
-- told together: the rows of one `batch`. A row with neither channel is not written at all.
ALTER TABLE tickets.notifications
    ADD COLUMN in_app      boolean NOT NULL DEFAULT true,
    ADD COLUMN telegram_at timestamptz,            -- NULL: not for Telegram, or told there
    ADD COLUMN batch       uuid,
    ADD COLUMN message_id  uuid,
    ADD COLUMN count       integer;                -- of tickets, where the text has a number of them

CREATE INDEX notifications_telegram ON tickets.notifications (telegram_at) WHERE telegram_at IS NOT NULL AND read_at IS NULL;
CREATE INDEX notifications_age ON tickets.notifications USING brin (created_at);

-- Days (by the desk's own calendar) on which the desk was reminded of who waits; claimed by whoever writes the row first.
CREATE TABLE tickets.reminded_days (
    day date PRIMARY KEY
);
