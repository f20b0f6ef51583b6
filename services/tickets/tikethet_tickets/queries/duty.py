# ruff: noqa: S608 - names of this package only
"""Who is on duty, and how much they have to do."""

from typing import Final

from tikethet_events.word import CategoryId, MemberId, Status, TicketId

from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.sql import MEMBER, as_json
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules.assignment import OnDuty
from tikethet_tickets.shapes import Duty

OPEN: Final = [Status.OPEN.value, Status.IN_PROGRESS.value, Status.WAITING_RESPONSE.value]
_LOAD: Final = """
    (SELECT coalesce(sum(c.n), 0)::bigint FROM tickets.ticket_counters c
     WHERE c.assignee_id = d.member_id AND c.status = ANY($1::text[]))
"""


async def on_duty(reader: Reader) -> list[OnDuty]:
    """Everybody on duty, longest first."""
    rows = await reader.fetch(
        f"""
        SELECT d.member_id::text, d.categories::text[], d.since, {_LOAD}
        FROM tickets.duty d WHERE d.on_duty ORDER BY d.since, d.member_id
        """,
        OPEN,
    )
    return [
        OnDuty(
            member_id=MemberId(row[0]),
            categories=tuple(CategoryId(each) for each in row[1]),
            since=row[2],
            load=row[3],
        )
        for row in rows
    ]


async def duty_of(reader: Reader, viewer: Viewer) -> Duty:
    """One's own duty, and who else is on duty."""
    row = await reader.fetchrow(
        "SELECT on_duty, since, categories::text[] FROM tickets.duty WHERE member_id = $1::uuid", viewer.member_id
    )
    is_on, since, categories = row or (False, None, [])
    load = await reader.fetchval(
        """
        SELECT coalesce(sum(n), 0)::bigint FROM tickets.ticket_counters
        WHERE assignee_id = $2::uuid AND status = ANY($1::text[])
        """,
        OPEN,
        viewer.member_id,
    )
    people = await reader.fetch(
        f"""
        SELECT {as_json("u")} FROM tickets.duty d JOIN tickets.members u ON u.id = d.member_id
        WHERE d.on_duty AND NOT u.erased ORDER BY d.since, u.id
        """
    )
    return Duty(
        on_duty=is_on,
        since=since if is_on else None,
        categories=[CategoryId(each) for each in categories],
        open_tickets=int(load),
        staff=[member_shape(MEMBER.decode(person[0]), viewer) for person in people],
    )


async def open_tickets_of(reader: Reader, member_id: MemberId) -> list[TicketId]:
    """What somebody has to do."""
    rows = await reader.fetch(
        """
        SELECT id::text FROM tickets.tickets
        WHERE assignee_id = $1::uuid AND status = ANY($2::text[]) ORDER BY updated_at, id
        """,
        member_id,
        OPEN,
    )
    return [TicketId(row[0]) for row in rows]
