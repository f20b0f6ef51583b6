-- Words that were told as a notice: which messages it shows, so that it can be shown anew when one changes.
CREATE TABLE bot.notices (
    id uuid PRIMARY KEY,
    chat_id bigint NOT NULL,
    message_ids uuid[] NOT NULL,
    notice bytea NOT NULL,
    told_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX notices_messages ON bot.notices USING gin (message_ids);
CREATE INDEX notices_chat ON bot.notices (chat_id);
