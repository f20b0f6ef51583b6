-- Everything the bot remembers. Words people wrote stay only until they were acted upon or delivered.

-- The way into Telegram, sealed with a key made of SERVICE_KEY.
CREATE TABLE bot.session (
    bot_id bigint PRIMARY KEY,
    sealed bytea NOT NULL
);

-- How far Telegram's updates were journalled.
CREATE TABLE bot.update_state (
    bot_id bigint PRIMARY KEY,
    pts int NOT NULL,
    qts int NOT NULL,
    date int NOT NULL
);

-- Who works with the session now, or did last.
CREATE TABLE bot.holder (
    bot_id bigint PRIMARY KEY,
    machine text NOT NULL,
    pid int NOT NULL,
    released boolean NOT NULL
);

-- Updates, each once; `plan` is the command decided upon, fixed before it is sent.
CREATE TABLE bot.journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    chat_id bigint NOT NULL,
    message_id bigint NOT NULL,
    update bytea,
    plan bytea,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at timestamptz,
    failure text
);
CREATE INDEX journal_open ON bot.journal (id) WHERE done_at IS NULL;
CREATE INDEX journal_message ON bot.journal (message_id);
CREATE INDEX journal_done ON bot.journal (done_at) WHERE done_at IS NOT NULL;

-- People as the bot needs them: whether it may write to them, and what they may do. No names.
CREATE TABLE bot.people (
    telegram_id bigint PRIMARY KEY,
    member_id uuid UNIQUE,
    access_hash bigint NOT NULL DEFAULT 0,
    profile bytea,
    role text NOT NULL DEFAULT 'USER',
    language text NOT NULL DEFAULT 'ru',
    blocked boolean NOT NULL DEFAULT false,
    writable boolean NOT NULL DEFAULT false,
    stopped_at timestamptz,
    preferences jsonb NOT NULL DEFAULT '{}'
);

-- Tickets as far as routing and notices need them.
CREATE TABLE bot.tickets (
    id uuid PRIMARY KEY,
    number int NOT NULL,
    requester_id uuid NOT NULL,
    assignee_id uuid,
    answered_at timestamptz
);
CREATE INDEX tickets_requester ON bot.tickets (requester_id);

-- What is said next in a chat belongs to this (a category chosen, a draft waiting for its ticket).
CREATE TABLE bot.dialogues (
    chat_id bigint PRIMARY KEY,
    category_id uuid NOT NULL
);

CREATE TABLE bot.drafts (
    chat_id bigint NOT NULL,
    telegram_id bigint NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (chat_id, telegram_id)
);

-- Which message of a chat is which message of a ticket; `message_id` NULL is the ticket itself.
CREATE TABLE bot.messages (
    chat_id bigint NOT NULL,
    telegram_id bigint NOT NULL,
    ticket_id uuid NOT NULL,
    message_id uuid,
    incoming boolean NOT NULL,
    PRIMARY KEY (chat_id, telegram_id)
);
CREATE INDEX messages_ticket ON bot.messages (ticket_id, chat_id, telegram_id);
CREATE INDEX messages_message ON bot.messages (message_id) WHERE message_id IS NOT NULL;

-- What is to be sent; random_id is fixed here before the first try. Delivered rows keep no text.
CREATE TABLE bot.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id bigint NOT NULL,
    random_id bigint NOT NULL UNIQUE,
    priority smallint NOT NULL,
    action text NOT NULL,
    content text NOT NULL,
    buttons bytea,
    reply_to bigint,
    ticket_id uuid,
    message_id uuid,
    part smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    delivered_at timestamptz,
    telegram_id bigint,
    given_up text
);
CREATE INDEX outbox_open ON bot.outbox (chat_id, id) WHERE delivered_at IS NULL AND given_up IS NULL;
CREATE INDEX outbox_message ON bot.outbox (message_id) WHERE message_id IS NOT NULL;

CREATE FUNCTION bot.outbox_filled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('tikethet_bot_outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_filled AFTER INSERT ON bot.outbox FOR EACH STATEMENT EXECUTE FUNCTION bot.outbox_filled();
