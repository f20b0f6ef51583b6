-- Messages of ours that change in place: the last one per chat and slot (a ticket's card, a broadcast's progress).
ALTER TABLE bot.outbox ADD COLUMN slot text;
CREATE INDEX outbox_slot ON bot.outbox (slot) WHERE slot IS NOT NULL;
CREATE TABLE bot.shown (
    slot text NOT NULL,
    chat_id bigint NOT NULL,
    telegram_id bigint NOT NULL,
    PRIMARY KEY (slot, chat_id)
);

-- What is said next in a chat belongs to this: `kind` says what becomes of it, `target` of what.
ALTER TABLE bot.dialogues
    ADD COLUMN kind text NOT NULL DEFAULT 'describe',
    ADD COLUMN target text NOT NULL DEFAULT '',
    ADD COLUMN begun_at timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE bot.dialogues SET target = category_id::text;
ALTER TABLE bot.dialogues DROP COLUMN category_id;

-- The commands a person's chat was given last, as role and language.
ALTER TABLE bot.people ADD COLUMN signs text;
