# ruff: noqa: S608 - names of this package only
"""The tables of the read models: their names, and how rows go in and come out as JSON, many in one statement.

``suffix`` names a second set beside the live one, which `tikethet rebuild` and `verify` fill afresh.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, Final, TypeAlias, TypeVar

import asyncpg
import msgspec
from msgspec import Struct
from tikethet_events.integration import AccountId, WebhookId
from tikethet_events.word import BroadcastId, CategoryId, InviteId, MemberId, MessageId, TemplateId, TicketId

from tikethet_tickets.views.counters import MemberCell, TicketCell
from tikethet_tickets.views.due import DueRow
from tikethet_tickets.views.rows import (
    AccountRow,
    BroadcastRow,
    CategoryRow,
    DeskRow,
    DutyRow,
    InviteRow,
    MemberRow,
    MessageRow,
    TemplateRow,
    TextRow,
    TicketRow,
    WebhookRow,
)
from tikethet_tickets.views.times import TimesRow

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Row = TypeVar("Row", bound=Struct)

TABLES: Final[Mapping[str, tuple[type[Struct], tuple[str, ...]]]] = {
    "tickets": (TicketRow, ("id",)),
    "ticket_texts": (TextRow, ("ticket_id",)),
    "messages": (MessageRow, ("ticket_id", "id")),
    "ticket_times": (TimesRow, ("ticket_id",)),
    "members": (MemberRow, ("id",)),
    "categories": (CategoryRow, ("id",)),
    "desk": (DeskRow, ("id",)),
    "due": (DueRow, ("key",)),
    "duty": (DutyRow, ("member_id",)),
    "templates": (TemplateRow, ("id",)),
    "invites": (InviteRow, ("id",)),
    "accounts": (AccountRow, ("id",)),
    "webhooks": (WebhookRow, ("id",)),
    "broadcasts": (BroadcastRow, ("id",)),
}
"""Each table of rows with its shape and its key."""

COUNTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ticket_counters": TicketCell._fields,
    "member_counters": MemberCell._fields,
}
"""Each table of counters with the fields of its cells."""


SAME: Final = {"assignee_id": "IS NOT DISTINCT FROM"}
"""How a field that may be NULL is compared; all others by ``=``, which an index knows."""


class Wanted(Struct, kw_only=True):
    """The keys of the rows that a flush will touch."""

    tickets: Sequence[TicketId]
    texts: Sequence[TicketId]
    messages: Sequence[tuple[TicketId, MessageId]]
    members: Sequence[MemberId]
    categories: Sequence[CategoryId]
    desk: Sequence[str] = ()
    duty: Sequence[MemberId] = ()
    templates: Sequence[TemplateId] = ()
    invites: Sequence[InviteId] = ()
    accounts: Sequence[AccountId] = ()
    webhooks: Sequence[WebhookId] = ()
    broadcasts: Sequence[BroadcastId] = ()


class Rows(Struct, kw_only=True):
    """Rows by their keys."""

    tickets: dict[TicketId, TicketRow]
    texts: dict[TicketId, TextRow]
    messages: dict[tuple[TicketId, MessageId], MessageRow]
    times: dict[TicketId, TimesRow] = {}
    members: dict[MemberId, MemberRow]
    categories: dict[CategoryId, CategoryRow]
    desk: dict[str, DeskRow] = {}
    due: dict[str, DueRow | None] = {}
    duty: dict[MemberId, DutyRow] = {}
    templates: dict[TemplateId, TemplateRow] = {}
    invites: dict[InviteId, InviteRow] = {}
    accounts: dict[AccountId, AccountRow] = {}
    webhooks: dict[WebhookId, WebhookRow] = {}
    broadcasts: dict[BroadcastId, BroadcastRow] = {}


class Tables:
    """One set of read-model tables."""

    def __init__(self, suffix: str = "") -> None:
        self.suffix = suffix

    def name(self, table: str) -> str:
        """A table of this set, as SQL spells it."""
        return f"tickets.{table}{self.suffix}"

    async def load(self, connection: Connection, wanted: Wanted) -> Rows:
        """Those of ``wanted`` that exist, in one round trip."""
        keys: dict[str, tuple[Sequence[str], ...]] = {
            "tickets": (wanted.tickets,),
            "ticket_texts": (wanted.texts,),
            "messages": ([ticket_id for ticket_id, _ in wanted.messages], [key for _, key in wanted.messages]),
            "ticket_times": (wanted.tickets,),
            "members": (wanted.members,),
            "categories": (wanted.categories,),
            "desk": (wanted.desk,),
            "duty": (wanted.duty,),
            "templates": (wanted.templates,),
            "invites": (wanted.invites,),
            "accounts": (wanted.accounts,),
            "webhooks": (wanted.webhooks,),
            "broadcasts": (wanted.broadcasts,),
        }
        asked = tuple(table for table, (ids, *_) in keys.items() if ids)
        of: dict[str, list[str]] = {table: [] for table in TABLES}
        if asked:
            arguments = (ids for table in asked for ids in keys[table])
            for table, row in await connection.fetch(_load_sql(self.suffix, asked), *arguments):
                of[table].append(row)
        return Rows(
            tickets={row.id: row for row in _decoded(of["tickets"], TicketRow)},
            texts={row.ticket_id: row for row in _decoded(of["ticket_texts"], TextRow)},
            messages={(row.ticket_id, row.id): row for row in _decoded(of["messages"], MessageRow)},
            times={row.ticket_id: row for row in _decoded(of["ticket_times"], TimesRow)},
            members={row.id: row for row in _decoded(of["members"], MemberRow)},
            categories={row.id: row for row in _decoded(of["categories"], CategoryRow)},
            desk={row.id: row for row in _decoded(of["desk"], DeskRow)},
            duty={row.member_id: row for row in _decoded(of["duty"], DutyRow)},
            templates={row.id: row for row in _decoded(of["templates"], TemplateRow)},
            invites={row.id: row for row in _decoded(of["invites"], InviteRow)},
            accounts={row.id: row for row in _decoded(of["accounts"], AccountRow)},
            webhooks={row.id: row for row in _decoded(of["webhooks"], WebhookRow)},
            broadcasts={row.id: row for row in _decoded(of["broadcasts"], BroadcastRow)},
        )

    async def save(self, connection: Connection, rows: Rows, moved: Mapping[TicketCell, int]) -> None:
        """Insert or replace all of ``rows`` and `count` the tickets that ``moved``, in one round trip."""
        sets: tuple[Mapping[Any, Struct], ...] = (
            rows.tickets,
            rows.texts,
            rows.messages,
            rows.times,
            rows.members,
            rows.categories,
            rows.desk,
            {key: row for key, row in rows.due.items() if row is not None},
            rows.duty,
            rows.templates,
            rows.invites,
            rows.accounts,
            rows.webhooks,
            rows.broadcasts,
        )
        changed = {table: found for table, found in zip(TABLES, sets, strict=True) if found}
        gone = [key for key, row in rows.due.items() if row is None]
        if changed or gone or moved:
            arguments = [_as_json(list(found.values())) for found in changed.values()]
            arguments += [_cells("ticket_counters", moved)] if moved else []
            sql = _save_sql(self.suffix, tuple(changed), counting=bool(moved), gone=bool(gone))
            await connection.execute(sql, *arguments, *([gone] if gone else []))

    async def count(self, connection: Connection, table: str, deltas: Mapping[Any, int]) -> None:
        """Add ``deltas`` to a table of counters; a cell that comes down to zero goes. The head lock must be held."""
        await connection.execute(_count_sql(self.suffix, table, 1), _cells(table, deltas))

    async def erase(self, connection: Connection, member_id: MemberId) -> None:
        """Wipe what is personal from everything on the tickets of a member."""
        tickets, texts, messages = self.name("tickets"), self.name("ticket_texts"), self.name("messages")
        await connection.execute(
            f"""
            WITH theirs AS (UPDATE {tickets} SET erased = true WHERE requester_id = $1::uuid RETURNING id),
            texts AS (
                UPDATE {texts} SET title = NULL, description = NULL, attachments = NULL
                WHERE ticket_id IN (SELECT id FROM theirs))
            UPDATE {messages} SET content = NULL, attachments = NULL WHERE ticket_id IN (SELECT id FROM theirs)
            """,
            member_id,
        )

    async def erase_ticket(self, connection: Connection, ticket_id: TicketId) -> None:
        """Wipe what is personal from one ticket."""
        texts, messages = self.name("ticket_texts"), self.name("messages")
        await connection.execute(
            f"""
            WITH texts AS (
                UPDATE {texts} SET title = NULL, description = NULL, attachments = NULL WHERE ticket_id = $1::uuid)
            UPDATE {messages} SET content = NULL, attachments = NULL WHERE ticket_id = $1::uuid
            """,
            ticket_id,
        )


def _columns(shape: type[Struct]) -> list[str]:
    return [f'"{field}"' for field in shape.__struct_fields__]


@cache
def _load_sql(suffix: str, tables: tuple[str, ...]) -> str:
    places = (f"${number}::uuid[]" for number in count(1))
    steps = []
    for table in tables:
        shape, key = TABLES[table]
        ids = ", ".join(next(places) for _ in key)
        which = f"({', '.join(key)}) IN (SELECT * FROM unnest({ids}))" if len(key) > 1 else f"{key[0]} = ANY({ids})"
        rows = f"(SELECT {', '.join(_columns(shape))} FROM tickets.{table}{suffix} WHERE {which}) r"
        steps.append(f"SELECT '{table}', to_json(r)::text FROM {rows}")
    return " UNION ALL ".join(steps)


def _cells(table: str, deltas: Mapping[Any, int]) -> str:
    return _as_json([dict(zip(COUNTERS[table], cell, strict=True)) | {"n": n} for cell, n in deltas.items()])


def _as_json(rows: Sequence[Any]) -> str:
    return msgspec.json.encode(rows).decode()


@cache
def _save_sql(suffix: str, tables: tuple[str, ...], *, counting: bool, gone: bool) -> str:
    places = count(1)
    steps = [_upsert_sql(f"tickets.{table}{suffix}", table, next(places), *TABLES[table]) for table in tables]
    counted = [_count_sql(suffix, "ticket_counters", next(places))] if counting else []
    if gone:
        steps.append(f"DELETE FROM tickets.due{suffix} WHERE key = ANY(${next(places)}::text[])")
    *others, last = *steps, *counted  # a MERGE goes last: up to PostgreSQL 16 it stands in no WITH
    before = ", ".join(f"_{number} AS ({step})" for number, step in enumerate(others))
    return f"WITH {before} {last}" if before else last


def _upsert_sql(target: str, table: str, place: int, shape: type[Struct], key: Iterable[str]) -> str:
    columns = ", ".join(_columns(shape))
    changed = ", ".join(f"{column} = excluded.{column}" for column in _columns(shape) if column.strip('"') not in key)
    return (
        f"INSERT INTO {target} ({columns}) "
        f"SELECT {columns} FROM json_populate_recordset(NULL::tickets.{table}, ${place}::text::json) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    )


def _count_sql(suffix: str, table: str, place: int) -> str:
    fields = COUNTERS[table]
    same = " AND ".join(f"c.{field} {SAME.get(field, '=')} d.{field}" for field in fields)
    return (
        f"MERGE INTO tickets.{table}{suffix} c "
        f"USING json_populate_recordset(NULL::tickets.{table}, ${place}::text::json) d ON {same} "
        "WHEN MATCHED AND c.n + d.n = 0 THEN DELETE "
        "WHEN MATCHED THEN UPDATE SET n = c.n + d.n "
        f"WHEN NOT MATCHED THEN INSERT ({', '.join(fields)}, n) VALUES ({', '.join(f'd.{f}' for f in fields)}, d.n)"
    )


def _decoded(rows: Sequence[str], shape: type[Row]) -> list[Row]:
    return [msgspec.json.decode(row, type=shape) for row in rows]
