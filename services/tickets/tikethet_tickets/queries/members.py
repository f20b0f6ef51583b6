# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""People: lists and search for staff, one of them, what they may do."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from tikethet_events.word import Language, MemberId, Role

from tikethet_tickets.queries.pages import Cursor, PageRequest, page_of, seal, unseal
from tikethet_tickets.queries.search import names
from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.sql import MEMBER, Arguments, as_json, is_uuid, must_be_text, must_be_uuid
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Member, Page
from tikethet_tickets.views.rows import MemberRow

ORDER: Final = "-joined_at"
"""The one order of people: who joined last comes first (ids are in time order)."""
COUNTED: Final = 2_000
"""Hits of a search are counted up to here; no more are put in order."""


class Access(Struct, frozen=True, kw_only=True):
    """What every service must know before it does something for a member."""

    role: Role
    blocked: bool
    language: Language


async def list_members(
    reader: Reader,
    viewer: Viewer,
    request: PageRequest,
    *,
    q: str | None = None,
    roles: Iterable[Role] = (),
    blocked: bool | None = None,
) -> Page[Member]:
    """One page of people, newest first; ``q`` is beginnings of names, or a Telegram id. Raises `Refused`.

    Only staff may ask; that is for the caller to see to.
    """
    arguments = Arguments()
    where = [
        f"u.role = ANY({arguments.add([role.value for role in roles] or [role.value for role in Role], 'text[]')})"
    ]
    if blocked is not None:
        where.append(f"u.blocked = {arguments.add(blocked, 'boolean')}")
    words = must_be_text(q.strip(), "q") if q else ""
    if words:
        where.append(_search(words, arguments))
    total, exact = await _total(reader, where, arguments, counters=not words)
    where.append("NOT u.erased")
    if request.cursor:
        last = must_be_uuid(unseal(request.cursor, ORDER).id, "cursor")
        where.append(f"u.id < {arguments.add(last, 'uuid')}")
    found_by = f"tickets.members u WHERE {' AND '.join(where)}"
    if words and exact:  # so few are found first, then put in order: along the list they might be anywhere
        found_by = f"(SELECT * FROM {found_by} OFFSET 0) u"
    rows = await reader.fetch(
        f"SELECT {as_json('u')} FROM {found_by} ORDER BY u.id DESC OFFSET {request.offset} LIMIT {request.size + 1}",
        *arguments.values,
    )
    more, found = len(rows) > request.size, [MEMBER.decode(row[0]) for row in rows[: request.size]]
    return page_of(
        [member_shape(row, viewer) for row in found],
        request,
        total=total,
        exact=exact,
        next_cursor=seal(Cursor(ORDER, 0, found[-1].id)) if more else None,
    )


def _search(words: str, arguments: Arguments) -> str:
    name = f"u.search @@ {names(words, arguments)}"
    if words.isascii() and words.isdigit() and len(words) < 19:  # noqa: PLR2004 - what a bigint holds
        return f"({name} OR u.telegram_id = {arguments.add(int(words), 'bigint')})"
    return name


async def _total(reader: Reader, where: list[str], arguments: Arguments, *, counters: bool) -> tuple[int, bool]:
    condition = " AND ".join(where)
    if counters:
        sql = f"SELECT coalesce(sum(u.n), 0)::bigint FROM tickets.member_counters u WHERE {condition}"
        return int(await reader.fetchval(sql, *arguments.values)), True
    sql = (
        f"SELECT count(*) FROM (SELECT FROM tickets.members u WHERE {condition} AND NOT u.erased LIMIT {COUNTED + 1}) _"
    )
    n = int(await reader.fetchval(sql, *arguments.values))
    return n, n <= COUNTED


async def member_row(reader: Reader, member_id: str) -> MemberRow | None:
    """The row of one person."""
    return (await member_rows(reader, [member_id])).get(MemberId(member_id))


async def member_rows(reader: Reader, member_ids: Iterable[str]) -> dict[MemberId, MemberRow]:
    """The rows of several; what is no member's id (``timer``, ``service:bot``) finds nothing."""
    wanted = [member_id for member_id in set(member_ids) if is_uuid(member_id)]
    rows = await reader.fetch(f"SELECT {as_json('u')} FROM tickets.members u WHERE u.id = ANY($1::uuid[])", wanted)
    return {found.id: found for found in (MEMBER.decode(row[0]) for row in rows)}


async def access(reader: Reader, member_id: str) -> Access | None:
    """What a member may do; ``None`` for one who never joined or was erased."""
    if not is_uuid(member_id):
        return None
    row = await reader.fetchrow(
        "SELECT role, blocked, language FROM tickets.members WHERE id = $1::uuid AND NOT erased", member_id
    )
    return Access(role=Role(row[0]), blocked=row[1], language=row[2]) if row else None


async def by_telegram_id(reader: Reader, telegram_id: int) -> MemberId | None:
    """The member behind a Telegram account."""
    found = await reader.fetchval("SELECT id::text FROM tickets.members WHERE telegram_id = $1::bigint", telegram_id)
    return MemberId(found) if found else None


async def count_with_roles(reader: Reader, roles: Iterable[Role]) -> int:
    """How many who are not blocked have one of ``roles``."""
    return int(
        await reader.fetchval(
            """
            SELECT coalesce(sum(n), 0)::bigint FROM tickets.member_counters
            WHERE role = ANY($1::text[]) AND NOT blocked
            """,
            [role.value for role in roles],
        )
    )
