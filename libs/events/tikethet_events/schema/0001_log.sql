-- The log. Only the function `flush` below writes it; nobody changes or removes what it wrote.

CREATE TABLE tickets.log_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL DEFAULT 0,
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    base bigint NOT NULL DEFAULT 0,
    installation uuid NOT NULL DEFAULT gen_random_uuid(),
    hash bytea NOT NULL DEFAULT ''::bytea,
    recorded_at timestamptz NOT NULL DEFAULT '-infinity',
    key_check bytea
) WITH (fillfactor = 10);

INSERT INTO tickets.log_head DEFAULT VALUES;
-- The chain starts from the installation, so that two logs never share a beginning.
UPDATE tickets.log_head SET hash = sha256(convert_to(installation::text, 'UTF8'));

CREATE TABLE tickets.streams (
    stream_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    owner text COLLATE "C"
) WITH (fillfactor = 80);

-- `data` and `metadata` are json, not jsonb: the text kept is, byte for byte, the canonical JSON that was hashed.
CREATE TABLE tickets.events (
    position bigint PRIMARY KEY,
    stream_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    event_id uuid NOT NULL,
    command_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema_version smallint NOT NULL,
    audience text COLLATE "C" NOT NULL,
    data json NOT NULL,
    metadata json NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (stream_id, version)
);
-- Sealed text does not compress; trying would cost every append.
ALTER TABLE tickets.events ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE FUNCTION tickets.append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tickets.events
    FOR EACH STATEMENT EXECUTE FUNCTION tickets.append_only();

-- `command_id` is a keyed digest of caller and id: the id itself may hold a Telegram chat.
CREATE TABLE tickets.commands (
    command_id uuid PRIMARY KEY,
    caller text NOT NULL,
    fingerprint bytea NOT NULL,
    stream_id text,
    version bigint NOT NULL,
    versions json,
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX commands_age ON tickets.commands USING brin (recorded_at);

CREATE TABLE tickets.guards (
    name text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL
) WITH (fillfactor = 50);

-- `wrapped` IS NULL: the key was destroyed, and with it everything ever sealed under it.
CREATE TABLE tickets.member_keys (
    member_id text COLLATE "C" PRIMARY KEY,
    wrapped bytea,
    erased_at timestamptz
);
-- Every append asks whether its owner is erased; almost nobody is.
CREATE INDEX member_keys_erased ON tickets.member_keys (member_id) WHERE wrapped IS NULL;

CREATE TABLE tickets.stream_keys (
    stream_id text COLLATE "C" PRIMARY KEY,
    wrapped bytea NOT NULL
);

-- One flush of the group commit. a_* has one element per command, w_* per write, e_* per event, g_* per guard, s_* and
-- m_* per new stream or member key; *_a is the ordinal of the command an element belongs to. No two commands of one
-- flush name the same stream, guard or command id.
--
-- Answers one row with ordinal 0 (first free position, time, and the last position written) and one for each command
-- that was not written: what = 'replayed' | 'key_reused' | 'conflict' | 'stale_key'.
CREATE FUNCTION tickets.flush(
    a_command uuid[], a_caller text[], a_fingerprint bytea[], a_metadata text[], a_events int[],
    a_stream text[], a_version bigint[], a_versions text[], a_forget text[],
    w_a int[], w_stream text[], w_expected bigint[], w_version bigint[], w_owner text[], w_sealed_for text[],
    e_a int[], e_stream text[], e_version bigint[], e_id uuid[], e_type text[], e_schema smallint[],
    e_audience text[], e_data text[],
    g_a int[], g_name text[], g_version bigint[],
    s_a int[], s_stream text[], s_wrapped bytea[],
    m_a int[], m_member text[], m_wrapped bytea[]
) RETURNS TABLE (
    ordinal int, what text, "position" bigint, stream_id text, version bigint, versions text, expected bigint,
    recorded_at timestamptz
) LANGUAGE plpgsql
-- Every lookup is by key; a plan made while the tables were empty must not outlive that.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    head tickets.log_head;
    moment text;
    written boolean[] := array_fill(true, ARRAY[cardinality(a_command)]);
    -- As long as the events are, or unnest would close up the holes that unwritten ones leave at its front.
    hashes bytea[] := array_fill(NULL::bytea, ARRAY[cardinality(e_a)]);
    last bigint;
    chain bytea;
    row record;
BEGIN
    -- The head row comes first: whoever holds it is the only writer, so what follows can neither race nor deadlock.
    SELECT * INTO STRICT head FROM tickets.log_head FOR UPDATE;
    head.recorded_at := greatest(head.recorded_at, clock_timestamp());
    moment := '","recorded_at":"' || to_char(head.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || '","schema_version":';
    last := head.position;
    chain := head.hash;

    FOR row IN
        SELECT a.i, k.fingerprint = a.fingerprint AS same, k.*
        FROM unnest(a_command, a_fingerprint) WITH ORDINALITY AS a(command_id, fingerprint, i)
        JOIN tickets.commands k ON k.command_id = a.command_id
    LOOP
        written[row.i] := false;
        ordinal := row.i; expected := NULL; recorded_at := row.recorded_at;
        what := CASE WHEN row.same THEN 'replayed' ELSE 'key_reused' END;
        "position" := row.position; stream_id := row.stream_id; version := row.version; versions := row.versions;
        RETURN NEXT;
    END LOOP;

    -- `stale_key`: sealed under a key that is gone by now.
    FOR row IN
        SELECT w.a, w.stream_id, w.expected, coalesce(s.version, 0) AS actual
        FROM unnest(w_a, w_stream, w_expected, w_sealed_for) AS w(a, stream_id, expected, sealed_for)
        LEFT JOIN tickets.streams s ON s.stream_id = w.stream_id
        LEFT JOIN tickets.member_keys k ON k.member_id = w.sealed_for AND k.wrapped IS NULL
        WHERE coalesce(s.version, 0) <> w.expected OR k.member_id IS NOT NULL
    LOOP
        CONTINUE WHEN NOT written[row.a];
        written[row.a] := false;
        ordinal := row.a; expected := row.expected;
        what := CASE WHEN row.actual = row.expected THEN 'stale_key' ELSE 'conflict' END;
        "position" := NULL; stream_id := row.stream_id; version := row.actual; versions := NULL;
        RETURN NEXT;
    END LOOP;

    IF cardinality(g_a) > 0 THEN
        FOR row IN
            SELECT g.a, g.name, g.expected, coalesce(s.version, 0) AS actual
            FROM unnest(g_a, g_name, g_version) AS g(a, name, expected)
            LEFT JOIN tickets.guards s ON s.name = g.name
            WHERE coalesce(s.version, 0) <> g.expected
        LOOP
            CONTINUE WHEN NOT written[row.a];
            written[row.a] := false;
            ordinal := row.a; what := 'conflict'; expected := row.expected;
            "position" := NULL; stream_id := row.name; version := row.actual; versions := NULL;
            RETURN NEXT;
        END LOOP;
    END IF;

    -- `stale_key` again: a new key, where somebody else was first.
    IF cardinality(s_a) > 0 THEN
        FOR row IN
            SELECT m.a FROM unnest(m_a, m_member) AS m(a, member_id)
            JOIN tickets.member_keys k ON k.member_id = m.member_id
            UNION ALL
            SELECT n.a FROM unnest(s_a, s_stream) AS n(a, stream_id)
            JOIN tickets.stream_keys k ON k.stream_id = n.stream_id
        LOOP
            CONTINUE WHEN NOT written[row.a];
            written[row.a] := false;
            ordinal := row.a; what := 'stale_key'; expected := NULL;
            "position" := NULL; stream_id := NULL; version := NULL; versions := NULL;
            RETURN NEXT;
        END LOOP;
    END IF;

    -- {"audience","data","event_id","metadata","previous","recorded_at","schema_version","stream_id","type","version"}:
    -- sorted keys, so this text is canonical when data and metadata are. Names and ids hold nothing to escape.
    FOR row IN
        SELECT e.i,
               '{"audience":"' || e.audience || '","data":' || e.data || ',"event_id":"' || e.event_id
               || '","metadata":' || a_metadata[e.a] || ',"previous":"' AS before,
               moment || e.schema_version || ',"stream_id":"' || e.stream_id || '","type":"' || e.type
               || '","version":' || e.version || '}' AS after
        FROM unnest(e_a, e_stream, e_version, e_id, e_type, e_schema, e_audience, e_data)
            WITH ORDINALITY AS e(a, stream_id, version, event_id, type, schema_version, audience, data, i)
        WHERE written[e.a]
    LOOP
        chain := sha256(convert_to(row.before || encode(chain, 'hex') || row.after, 'UTF8'));
        hashes[row.i] := chain;
        last := last + 1;
    END LOOP;

    -- unnest keeps the order, and row_number with it.
    INSERT INTO tickets.events
    SELECT head.position + row_number() OVER (), e.stream_id, e.version, e.event_id, a_command[e.a], e.type,
           e.schema_version, e.audience, e.data::json, a_metadata[e.a]::json, e.hash, head.recorded_at
    FROM unnest(e_a, e_stream, e_version, e_id, e_type, e_schema, e_audience, e_data, hashes)
        AS e(a, stream_id, version, event_id, type, schema_version, audience, data, hash)
    WHERE e.hash IS NOT NULL;

    INSERT INTO tickets.streams
    SELECT w.stream_id, w.version, w.owner
    FROM unnest(w_a, w_stream, w_expected, w_version, w_owner) AS w(a, stream_id, expected, version, owner)
    WHERE w.version > w.expected AND written[w.a]
    ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version;

    INSERT INTO tickets.commands
    SELECT a.command_id, a.caller, a.fingerprint, a.stream_id, a.version, a.versions::json,
           head.position + sum(a.events) OVER (ROWS UNBOUNDED PRECEDING), head.recorded_at
    FROM unnest(a_command, a_caller, a_fingerprint, a_stream, a_version, a_versions, a_events)
        WITH ORDINALITY AS a(command_id, caller, fingerprint, stream_id, version, versions, events, i)
    WHERE written[a.i];

    IF cardinality(g_a) > 0 THEN
        INSERT INTO tickets.guards
        SELECT g.name, g.version + 1 FROM unnest(g_a, g_name, g_version) AS g(a, name, version) WHERE written[g.a]
        ON CONFLICT (name) DO UPDATE SET version = excluded.version;
    END IF;
    IF cardinality(m_a) > 0 THEN
        INSERT INTO tickets.member_keys
        SELECT m.member_id, m.wrapped FROM unnest(m_a, m_member, m_wrapped) AS m(a, member_id, wrapped)
        WHERE written[m.a];
    END IF;
    IF cardinality(s_a) > 0 THEN
        INSERT INTO tickets.stream_keys
        SELECT n.stream_id, n.wrapped FROM unnest(s_a, s_stream, s_wrapped) AS n(a, stream_id, wrapped)
        WHERE written[n.a];
    END IF;
    IF a_forget IS NOT NULL THEN
        INSERT INTO tickets.member_keys
        SELECT f.member_id, NULL, head.recorded_at FROM unnest(a_forget) WITH ORDINALITY AS f(member_id, i)
        WHERE f.member_id IS NOT NULL AND written[f.i]
        ON CONFLICT (member_id) DO UPDATE SET wrapped = NULL, erased_at = excluded.erased_at;
    END IF;

    IF last > head.position THEN
        UPDATE tickets.log_head SET position = last, hash = chain, recorded_at = head.recorded_at;
    END IF;
    ordinal := 0; what := 'written'; "position" := head.position; stream_id := NULL; version := last;
    versions := NULL; expected := NULL; recorded_at := head.recorded_at;
    RETURN NEXT;
END $$;
