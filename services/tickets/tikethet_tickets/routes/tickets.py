"""Tickets: the list, one of them now or then, and everything that can be done with one."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    AssignTicket,
    ChangeCategory,
    ChangePriority,
    ChangeStatus,
    ChangeTags,
    ChangeTitle,
    RateTicket,
    TicketCommand,
    UnassignTicket,
    ticket_stream,
)
from tikethet_events.word import CategoryId, MemberId, Status

from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.tickets import NewTicket
from tikethet_tickets.queries.as_of import ticket_from_log
from tikethet_tickets.queries.counts import counts
from tikethet_tickets.queries.order import Sort
from tikethet_tickets.queries.tickets import get_ticket, list_tickets
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Commander, Opens, Program, Wants
from tikethet_tickets.routes.bodies import (
    AssignBody,
    MergeBody,
    RateBody,
    ReasonBody,
    StatusBody,
    TicketBody,
    TicketPatch,
)
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.filtering import Filter
from tikethet_tickets.routes.house import House
from tikethet_tickets.routes.lookup import ticket_id, visible_ticket
from tikethet_tickets.routes.paging import Paging
from tikethet_tickets.shapes import Ticket

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

_DIGITS: Final = 18
"""Of a version: what a bigint holds."""
_ONE = shown("Ticket", examples.TICKET, versioned=True, says="The ticket.")
_AFTER = shown("Ticket", examples.TICKET, versioned=True, says="The ticket as it is now.")
_MOVED = _AFTER | refusals("not_found", "forbidden", "conflict", "version_conflict")


@router.get("", summary="List tickets", responses=shown("TicketPage", examples.page(examples.TICKET)) | refusals())
async def list_(
    who: AnyMember,
    paging: Paging,
    wanted: Filter,
    sort: Annotated[Sort, Query(description="`-` in front turns it round")] = "-updated_at",
) -> Response:
    """A customer's own tickets; for staff all of them."""
    return answers.found(who, await list_tickets(who.house.reader, who.viewer, wanted, paging, sort=sort))


@router.get("/counts", summary="Count tickets", responses=shown("Counts", examples.COUNTS))
async def count(
    who: AnyMember,
    snoozed: Annotated[bool | None, Query(description="only what one snoozed, or only what one did not")] = None,
) -> Response:
    """How many there are by status and priority, how many are mine, how many nobody has taken, how many I snoozed."""
    return answers.found(who, await counts(who.house.reader, who.viewer, snoozed=snoozed))


@router.post(
    "",
    status_code=201,
    summary="Ask for help",
    responses=shown("Ticket", examples.TICKET, status=201, versioned=True, says="The new ticket.")
    | refusals("forbidden", "category_archived", "rate_limited"),
)
async def open_(asking: Opens, body: TicketBody, request: Request) -> Response:
    """Open a ticket. Customers may ask for priorities up to HIGH; service accounts name whose it is: `telegram_id`."""
    who = await _opens(asking, body.telegram_id, request)
    new = NewTicket(
        title=body.title,
        description=body.description,
        category_id=CategoryId(body.category_id),
        priority=body.priority,
    )
    done = await who.house.tickets.open(
        who.command("OpenTicket", new, *body.attachments), who.viewer, new, body.attachments
    )
    ticket = await _after(who.house, who, done)
    return answers.done(who, done, ticket, status=201, location=f"/api/v1/tickets/{ticket.id}")


async def _opens(asking: Commander | Program, telegram_id: int | None, request: Request) -> Commander:
    if isinstance(asking, Program):
        asking.need("tickets")
        if telegram_id is None:
            raise Refused("invalid", field="telegram_id", reason="missing")
        return await asking.on_behalf(request, telegram_id)
    if telegram_id is not None:
        raise Refused("invalid", field="telegram_id", reason="unknown")
    return asking


@router.get("/{ticket}", summary="One ticket", responses=_ONE | refusals("not_found"))
async def get(
    who: AnyMember,
    ticket: str,
    at: Annotated[str | None, Query(max_length=40, description="as it was: a version, or a time in RFC 3339")] = None,
) -> Response:
    """A ticket by its id or its number, now or as it once was."""
    if at is not None:
        return await _then(who.house, who, ticket, at)
    found = await get_ticket(who.house.reader, who.viewer, ticket)
    if found is None:
        raise Refused("not_found")
    return answers.found(who, found, version=found.version)


@router.patch("/{ticket}", summary="Change a ticket's details", responses=_MOVED)
async def patch(who: Wants, ticket: str, body: TicketPatch) -> Response:
    """Title, priority, category, tags: what is left out stays. All of it happens, or nothing."""
    commands: list[TicketCommand] = []
    if body.title is not None:
        commands.append(ChangeTitle(title=body.title))
    if body.priority is not None:
        commands.append(ChangePriority(priority=body.priority))
    if body.category_id is not None:
        commands.append(ChangeCategory(category_id=CategoryId(body.category_id)))
    if body.tags is not None:
        commands.append(ChangeTags(tags=tuple(body.tags)))
    return await _act(who.house, who, ticket, *commands)


@router.post("/{ticket}/assign", summary="Take, assign or hand on a ticket", responses=_MOVED)
async def assign(who: Wants, ticket: str, body: AssignBody) -> Response:
    """Make one member of staff responsible; `null` puts the ticket back into the queue."""
    if body.assignee_id is None:
        return await _act(who.house, who, ticket, UnassignTicket())
    return await _act(who.house, who, ticket, AssignTicket(assignee_id=MemberId(body.assignee_id)))


@router.post("/{ticket}/status", summary="Move a ticket to a status", responses=_MOVED)
async def move(who: Wants, ticket: str, body: StatusBody) -> Response:
    """IN_PROGRESS starts work, WAITING_RESPONSE waits for the customer; the others are resolve, close and reopen."""
    return await _act(who.house, who, ticket, ChangeStatus(status=body.status, reason=body.reason))


@router.post("/{ticket}/resolve", summary="Resolve a ticket", responses=_MOVED)
async def resolve(who: Wants, ticket: str, body: ReasonBody | None = None) -> Response:
    """The question is answered."""
    return await _act(who.house, who, ticket, ChangeStatus(status=Status.RESOLVED, reason=_reason(body)))


@router.post("/{ticket}/close", summary="Close a ticket", responses=_MOVED)
async def close(who: Wants, ticket: str, body: ReasonBody | None = None) -> Response:
    """The ticket is done with."""
    return await _act(who.house, who, ticket, ChangeStatus(status=Status.CLOSED, reason=_reason(body)))


@router.post("/{ticket}/reopen", summary="Reopen a ticket", responses=_MOVED)
async def reopen(who: Wants, ticket: str, body: ReasonBody | None = None) -> Response:
    """It goes on after all; for customers within seven days of closing."""
    return await _act(who.house, who, ticket, ChangeStatus(status=Status.OPEN, reason=_reason(body)))


@router.post(
    "/{ticket}/rate",
    summary="Rate the answer",
    responses=_AFTER | refusals("not_found", "forbidden", "not_resolved", "version_conflict"),
)
async def rate(who: Wants, ticket: str, body: RateBody) -> Response:
    """By whoever asked, once per resolution; `not_resolved` before one, `already_rated` after the first time."""
    return await _act(who.house, who, ticket, RateTicket(score=body.score, comment=body.comment))


@router.post(
    "/{ticket}/merge",
    summary="Merge a ticket into another",
    responses=_MOVED | refusals("ticket_merged", "ticket_closed"),
)
async def merge(who: Wants, ticket: str, body: MergeBody) -> Response:
    """Two tickets of one customer ask the same: this one is closed and goes on in the other, which is not closed.

    What was said stays where it is; what the customer still says to this one is said in the other.
    """
    reader = who.house.reader
    key, into = await ticket_id(reader, ticket), await ticket_id(reader, body.into)
    done = await who.house.merging.merge(who.command("MergeTicket", key, into), who.viewer, key, into)
    return answers.done(who, done, await _after(who.house, who, done))


@router.post("/{ticket}/unmerge", summary="Take a ticket out of another", responses=_MOVED | refusals("not_merged"))
async def unmerge(who: Wants, ticket: str) -> Response:
    """A merged ticket goes on by itself; one that was resolved or closed before is so again."""
    key = await ticket_id(who.house.reader, ticket)
    done = await who.house.merging.unmerge(who.command("UnmergeTicket", key), who.viewer, key)
    return answers.done(who, done, await _after(who.house, who, done))


def _reason(body: ReasonBody | None) -> str | None:
    return body.reason if body is not None else None


async def _act(house: House, who: Wants, ticket: str, *commands: TicketCommand) -> Response:
    key = await ticket_id(house.reader, ticket)
    name = type(commands[0]).__name__ if len(commands) == 1 else "ChangeTicket"
    done = await house.tickets.act(who.command(name, key, commands), who.viewer, key, commands)
    return answers.done(who, done, await _after(house, who, done))


async def _after(house: House, who: Asker, done: Done) -> Ticket:
    """The ticket after a command; after a repeated one as it was the first time."""
    key = done.stream_id.removeprefix("ticket-")
    found = None if done.replayed else await get_ticket(house.reader, who.viewer, key)
    if found is None or found.version != done.version:
        recorded = await house.log.read_stream(done.stream_id, until=done.version)
        found = await ticket_from_log(house.reader, who.viewer, recorded)
    if found is None:
        raise Refused("not_found")
    return found


async def _then(house: House, who: Asker, ticket: str, at: str) -> Response:
    key = await visible_ticket(house.reader, who, ticket)
    version, moment = _version_or_moment(at)
    recorded = await house.log.read_stream(ticket_stream(key.id), until=version)
    if moment is not None:
        recorded = [each for each in recorded if each.recorded_at <= moment]
    found = await ticket_from_log(house.reader, who.viewer, recorded)
    if found is None:
        raise Refused("not_found")
    return answers.found(who, found, version=found.version)


def _version_or_moment(at: str) -> tuple[int | None, datetime | None]:
    if at.isdecimal() and at.isascii() and len(at) <= _DIGITS:
        return int(at), None
    try:
        # A plus sign that was not escaped arrives as a space.
        moment = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused("invalid", field="at", reason="pattern")
    return None, moment
