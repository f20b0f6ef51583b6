# ruff: noqa: S608 - names come from the database's own catalogue, quoted by it
"""One service's schema out of PostgreSQL and back: the SQL that made it, then the rows, with COPY both ways.

The database says itself how it was made (`tikethet_events.migrate`), so no service's files are needed for a restore,
and no version of PostgreSQL's own tools: what one server gave, another takes.
"""

import gzip
from collections.abc import Collection
from typing import Any, BinaryIO, Final, cast

import asyncpg
from tikethet_events.cursor import consumer_tables
from tikethet_events.migrate import replay

from tikethet_tickets.backups.archive import BadArchive, Reader, Schema, Sequence, Table, Writer

_LEVEL: Final = 3
"""Sealed text hardly compresses; more would only cost time."""
_TABLES: Final = """
    SELECT c.relname AS name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND c.relpersistence = 'p'
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
_REFERENCES: Final = """
    SELECT f.relname AS "from", t.relname AS "to" FROM pg_constraint k
    JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
    WHERE k.contype = 'f' AND k.connamespace = to_regnamespace($1) AND f.oid <> t.oid
"""
_SEQUENCES: Final = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'S' ORDER BY 1"
_CLEAR: Final = """
DO $$ DECLARE what record; BEGIN
    FOR what IN SELECT format('DROP %s IF EXISTS %s CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW'
            WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS sql
        FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')
                AND d.classid = 'pg_class'::regclass)
    LOOP EXECUTE what.sql; END LOOP;
    FOR what IN SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) AS sql
        FROM pg_proc WHERE pronamespace = '{schema}'::regnamespace
    LOOP EXECUTE what.sql; END LOOP;
END $$
"""


class Unfit(Exception):
    """The database cannot be backed up or restored as it is; the message says why."""


async def dump(connection: "asyncpg.Connection[Any]", schema: str, writer: Writer, *, skip: Collection[str]) -> Schema:
    """Put a schema into a back-up, inside the caller's transaction; not the rows of ``skip``. Raises Unfit."""
    if not await connection.fetchval("SELECT to_regclass($1 || '.migrations') IS NOT NULL", schema):
        raise Unfit(f"the schema {schema} is empty: its service never ran")
    sources = await connection.fetch(f"SELECT source FROM {schema}.migrations ORDER BY applied_at, folder, number")
    if any(row[0] is None for row in sources):
        raise Unfit(f"the schema {schema} was made by an older release: start its service of this release once")
    rows = {row["name"]: row["columns"] for row in await connection.fetch(_TABLES, schema) if row["name"] not in skip}
    tables = [
        await _dump_table(connection, schema, name, rows[name], writer)
        for name in await _ordered(connection, schema, rows)
    ]
    return Schema(
        name=schema,
        sources=tuple(row[0] for row in sources),
        tables=tuple(tables),
        sequences=tuple(
            [await _sequence(connection, schema, row[0]) for row in await connection.fetch(_SEQUENCES, schema)]
        ),
    )


async def _dump_table(
    connection: "asyncpg.Connection[Any]", schema: str, name: str, columns: list[str], writer: Writer
) -> Table:
    path = writer.folder / f"{schema}.{name}"
    with gzip.open(path, "wb", _LEVEL) as file:
        query = f"SELECT {', '.join(columns)} FROM {schema}.{name}"
        await connection.copy_from_query(query, output=cast("BinaryIO", file))
    member = f"rows/{schema}/{name}.gz"
    writer.add(member, path)
    return Table(name=name, columns=tuple(columns), member=member)


async def _ordered(connection: "asyncpg.Connection[Any]", schema: str, names: Collection[str]) -> list[str]:
    """Whoever is referred to comes first."""
    needs = {name: set[str]() for name in names}
    for row in await connection.fetch(_REFERENCES, schema):
        if row["from"] in needs and row["to"] in needs:
            needs[row["from"]].add(row["to"])
    ordered: list[str] = []
    while needs:
        free = [name for name, needed in needs.items() if needed <= set(ordered)]
        if not free:
            raise Unfit(f"tables of {schema} refer to each other in a circle: {', '.join(needs)}")
        ordered += free
        needs = {name: needed for name, needed in needs.items() if name not in free}
    return ordered


async def _sequence(connection: "asyncpg.Connection[Any]", schema: str, name: str) -> Sequence:
    (row,) = await connection.fetch(f'SELECT last_value, is_called FROM {schema}."{name}"')
    return Sequence(name=name, last=row["last_value"], called=row["is_called"])


async def restore(connection: "asyncpg.Connection[Any]", schema: Schema, reader: Reader) -> None:
    """Put a schema back, inside the caller's transaction: whatever it held is gone. Raises BadArchive."""
    await connection.execute(_CLEAR.format(schema=schema.name))
    await replay(connection, schema.name, schema.sources)
    await connection.execute(consumer_tables(schema.name))
    there = {row["name"]: set(row["columns"]) for row in await connection.fetch(_TABLES, schema.name)}
    for name in there:  # what a migration put there is in the back-up, as it was then
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {schema.name}.{name})"):
            await connection.execute(f"DELETE FROM {schema.name}.{name}")
    for table in schema.tables:
        if not set(table.columns) <= there.get(table.name, set()):
            raise BadArchive(f"it holds a table {schema.name}.{table.name} that its own migrations do not make")
        with reader.member(table.member) as packed, gzip.open(packed) as rows:
            await connection.copy_to_table(
                table.name,
                schema_name=schema.name,
                columns=[column.strip('"') for column in table.columns],
                source=cast("BinaryIO", rows),
            )
    for sequence in schema.sequences:
        name = f'{schema.name}."{sequence.name}"'
        await connection.execute("SELECT setval($1::text::regclass, $2, $3)", name, sequence.last, sequence.called)
