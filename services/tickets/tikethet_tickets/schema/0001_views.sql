-- Read models of tickets. Every table down to `member_counters` is rebuildable from the log alone
-- (`tikethet-tickets rebuild`); a row of theirs is a function of one stream, counters are sums of per-event deltas.

-- One vector holds both languages: PostgreSQL's `russian` configuration hands words in Latin letters to the English
-- stemmer and all others to the Russian one (tests/tickets/queries/test_search.py sees to it). People write ё as е.
CREATE FUNCTION tickets.search_vector(a text, b text DEFAULT NULL) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('pg_catalog.russian'::regconfig, translate(coalesce(a, '') || ' . ' || coalesce(b, ''), 'ёЁ', 'еЕ'));

CREATE FUNCTION tickets.name_vector(a text, b text, c text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('pg_catalog.simple'::regconfig,
        translate(coalesce(a, '') || ' ' || coalesce(b, '') || ' ' || coalesce(c, ''), 'ёЁ', 'еЕ'));

-- ------------------------------------------------------------------------------------------------ tickets

-- Narrow on purpose: every event of a ticket writes a new version of this row and of its index entries. What is long
-- or searched lives in `ticket_texts` and `messages`, which hardly change.
CREATE TABLE tickets.tickets (
    id                uuid PRIMARY KEY,
    number            bigint NOT NULL,
    requester_id      uuid NOT NULL,
    category_id       uuid NOT NULL,
    status            text NOT NULL,
    priority          smallint NOT NULL,           -- 0 LOW … 3 CRITICAL, so that it sorts
    assignee_id       uuid,
    tags              text[] NOT NULL,
    rating            smallint,
    linked_to         uuid,
    messages_count    integer NOT NULL,            -- public, not deleted
    last_message_at   timestamptz,                 -- public ones only: a note must not show
    waiting_since     timestamptz,                 -- first customer word that staff have not answered
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,        -- by any event
    public_updated_at timestamptz NOT NULL,        -- by an event the requester may hear
    resolved_at       timestamptz,
    closed_at         timestamptz,
    version           bigint NOT NULL,             -- of the stream
    erased            boolean NOT NULL             -- the requester was forgotten: nothing personal is kept any more
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX tickets_number ON tickets.tickets (number);

-- Staff lists read one status at a time and merge (at most five short runs), so `status` leads everywhere and a list
-- without a status filter needs no index of its own.
CREATE INDEX tickets_status_updated ON tickets.tickets (status, updated_at, id);
CREATE INDEX tickets_status_created ON tickets.tickets (status, created_at, id);
CREATE INDEX tickets_status_priority ON tickets.tickets (status, priority, id);
CREATE INDEX tickets_status_waiting ON tickets.tickets (status, coalesce(waiting_since, 'infinity'::timestamptz), id);
CREATE INDEX tickets_category ON tickets.tickets (category_id, status, updated_at, id);
CREATE INDEX tickets_assignee ON tickets.tickets (assignee_id, status, updated_at, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_unassigned ON tickets.tickets (status, updated_at, id) WHERE assignee_id IS NULL;
CREATE INDEX tickets_requester ON tickets.tickets (requester_id, public_updated_at, id);
CREATE INDEX tickets_tags ON tickets.tickets USING gin (tags) WHERE tags <> '{}';

CREATE TABLE tickets.ticket_texts (
    ticket_id   uuid PRIMARY KEY,
    title       text,                              -- personal, like all that follows: NULL once erased
    description text,
    attachments jsonb,
    search      tsvector GENERATED ALWAYS AS (tickets.search_vector(title, description)) STORED
);

CREATE INDEX ticket_texts_search ON tickets.ticket_texts USING gin (search);

CREATE TABLE tickets.messages (
    ticket_id   uuid NOT NULL,
    id          uuid NOT NULL,
    version     bigint NOT NULL,                   -- of the ticket's stream when it was posted: the order of a conversation
    author_id   uuid NOT NULL,
    content     text,                              -- personal; NULL once deleted or erased
    is_internal boolean NOT NULL,
    attachments jsonb,                             -- personal; NULL once deleted or erased
    reply_to    uuid,
    created_at  timestamptz NOT NULL,
    edited_at   timestamptz,
    deleted_at  timestamptz,
    search      tsvector GENERATED ALWAYS AS (tickets.search_vector(content)) STORED,
    PRIMARY KEY (ticket_id, id)
);

CREATE UNIQUE INDEX messages_conversation ON tickets.messages (ticket_id, version);
CREATE INDEX messages_author ON tickets.messages (author_id, ticket_id);
CREATE INDEX messages_search ON tickets.messages USING gin (search);

-- Every filter that people combine, as one cube: any total over these is a sum over a few thousand rows at most.
CREATE TABLE tickets.ticket_counters (
    status      text NOT NULL,
    priority    smallint NOT NULL,
    category_id uuid NOT NULL,
    assignee_id uuid,
    n           bigint NOT NULL CHECK (n > 0),
    UNIQUE NULLS NOT DISTINCT (status, priority, category_id, assignee_id)
) WITH (fillfactor = 50);

-- ------------------------------------------------------------------------------------------------ members, the desk

CREATE TABLE tickets.members (
    id          uuid PRIMARY KEY,
    telegram_id bigint,                            -- personal, like the names: NULL once erased
    first_name  text,
    last_name   text,
    username    text,
    role        text NOT NULL,
    language    text NOT NULL,
    blocked     boolean NOT NULL,
    reachable   boolean NOT NULL,
    preferences jsonb NOT NULL,
    joined_at   timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     bigint NOT NULL,
    erased      boolean NOT NULL,
    search      tsvector GENERATED ALWAYS AS (tickets.name_vector(first_name, last_name, username)) STORED
);

CREATE UNIQUE INDEX members_telegram ON tickets.members (telegram_id) WHERE telegram_id IS NOT NULL;
CREATE INDEX members_role ON tickets.members (role, id);
CREATE INDEX members_search ON tickets.members USING gin (search);

CREATE TABLE tickets.member_counters (
    role    text NOT NULL,
    blocked boolean NOT NULL,
    n       bigint NOT NULL CHECK (n > 0),
    PRIMARY KEY (role, blocked)
) WITH (fillfactor = 50);

CREATE TABLE tickets.categories (
    id           uuid PRIMARY KEY,
    names        jsonb NOT NULL,
    descriptions jsonb NOT NULL,
    icon         text NOT NULL,
    color        text NOT NULL,
    "order"      integer NOT NULL,
    active       boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

-- ------------------------------------------------------------------------------------------------ outside the log

CREATE TABLE tickets.read_markers (
    member_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    version   bigint NOT NULL,                     -- read up to and including this version of the ticket's stream
    read_at   timestamptz NOT NULL,
    PRIMARY KEY (member_id, ticket_id)
);

-- Numbers for people: unique, rising, and a refused command may skip one.
CREATE SEQUENCE tickets.ticket_numbers START 1001;
