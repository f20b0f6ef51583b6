-- Groups the bot heard of, and how far the updates of each were journalled; 0: it is not looked into.
CREATE TABLE bot.channels (
    chat_id bigint PRIMARY KEY,
    access_hash bigint NOT NULL,
    pts int NOT NULL
);

-- The staff group, in which every ticket has a topic; `member_id` connected it. What is `missing` stops the writing.
CREATE TABLE bot.staff_group (
    bot_id bigint PRIMARY KEY,
    chat_id bigint NOT NULL,
    member_id uuid NOT NULL,
    language text NOT NULL,
    missing text[] NOT NULL DEFAULT '{}'
);

-- Links that connect one: each once, for an hour; the secret itself is kept nowhere.
CREATE TABLE bot.group_links (
    secret_hash bytea PRIMARY KEY,
    member_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    used_by bigint
);

-- Groups that are none of ours, until the bot has left them.
CREATE TABLE bot.foreign_groups (
    chat_id bigint PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The topic of a ticket and what it shows now. `generation` counts the topics that were made for it.
CREATE TABLE bot.topics (
    ticket_id uuid PRIMARY KEY,
    chat_id bigint NOT NULL,
    topic_id bigint,
    generation int NOT NULL DEFAULT 0,
    introduced boolean NOT NULL DEFAULT false,
    title bytea,
    icon text,
    closed boolean NOT NULL DEFAULT false
);
CREATE INDEX topics_topic ON bot.topics (chat_id, topic_id);

-- What somebody was told once and is not told again.
CREATE TABLE bot.told_once (
    chat_id bigint NOT NULL,
    telegram_id bigint NOT NULL,
    what text NOT NULL,
    PRIMARY KEY (chat_id, telegram_id, what)
);

-- A group's chat has lanes, in each of which rows go first in, first out; rows with the same `batch` go as one message.
ALTER TABLE bot.outbox ADD COLUMN lane text NOT NULL DEFAULT '';
ALTER TABLE bot.outbox ADD COLUMN author_id uuid;
ALTER TABLE bot.outbox ADD COLUMN batch bigint;
CREATE INDEX outbox_lane ON bot.outbox (chat_id, lane, id) WHERE delivered_at IS NULL AND given_up IS NULL;
CREATE INDEX outbox_batch ON bot.outbox (batch) WHERE batch IS NOT NULL;
DROP INDEX bot.outbox_open;
