"""Words from the bot's chat that name no ticket: they go where their writer most likely means."""

from typing import Literal

from fastapi import APIRouter, Response
from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.ticket import MessagePosted, TicketOpened
from tikethet_events.word import CategoryId, MessageId, TicketId

from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.tickets import NewMessage, NewTicket
from tikethet_tickets.queries.expectation import expectation
from tikethet_tickets.queries.routing import Whereabouts, whereabouts
from tikethet_tickets.routes import answers
from tikethet_tickets.routes.asking import Commander, Wants
from tikethet_tickets.routes.bodies import WordsBody
from tikethet_tickets.rules.routing import Follows, Joins, Opens, route

router = APIRouter(prefix="/api/v1/internal", include_in_schema=False)

Where = Joins | Follows | Opens


class Went(Struct, frozen=True, kw_only=True):
    """Where words went: ``opened`` a ticket, or ``posted`` to one, or nowhere: to it they were only ``thanks``, or
    there is no category (``nowhere``).

    ``sure`` unless another ticket might have been meant: one of ``others``, or none that is open. ``expectation`` is
    what whoever opened one may expect.
    """

    what: Literal["opened", "posted", "thanks", "nowhere"]
    ticket_id: TicketId | None = None
    number: int = 0
    message_id: MessageId | None = None
    sure: bool = True
    others: tuple[int, ...] = ()
    expectation: str = ""


@router.post("/words")
async def words(who: Wants, body: WordsBody) -> Response:
    """Say this for a member. The same command again tells where it went the first time."""
    if who.caller.service != "bot":
        raise Refused("forbidden")
    known = await whereabouts(who.house.reader, who.viewer.member_id)
    own = body.anew or body.category_id is not None
    where = Opens() if own else route(known.tickets, who.house.now())
    done, expected = await _said(who, body, known, where)
    if done is not None:
        return answers.done(who, done, await _went(who, done, known, where, expected))
    thanked = where.ticket if isinstance(where, Follows) else None
    went = Went(what="thanks", number=thanked.number) if thanked is not None else Went(what="nowhere")
    return answers.sent(went, 200, answers.headers(who.epoch, who.seen))


async def _said(who: Commander, body: WordsBody, known: Whereabouts, where: Where) -> tuple[Done | None, str | None]:
    """What became of it (``None``: there is nothing to say, or nowhere), and what may be expected of a new ticket."""
    tickets, files = who.house.tickets, body.attachments
    request = who.command("SayWords", body.model_dump(mode="json"))
    if isinstance(where, Opens):
        category = body.category_id or known.general
        if category is None:
            return await tickets.before(request), None
        new = NewTicket(title=body.title, description=body.content, category_id=CategoryId(category))
        expected = await _expectation(who, known)  # before, for after it others are busy with the new ticket
        return await tickets.open(request, who.viewer, new, files), expected
    if isinstance(where, Follows) and body.thanks and not files:
        return await tickets.before(request), None
    said = NewMessage(content=body.content)
    return await tickets.post(request, who.viewer, where.ticket.id, said, files), None


async def _went(who: Commander, done: Done, known: Whereabouts, where: Where, expected: str | None) -> Went:
    """Where it went: after a repeat not always where the same words would go by now."""
    events = [each.data for each in done.recorded]
    key = TicketId(done.stream_id.removeprefix("ticket-"))
    opened = next((each for each in events if isinstance(each, TicketOpened)), None)
    if opened is not None:
        about = where.about if isinstance(where, Opens) else None
        return Went(
            what="opened",
            ticket_id=key,
            number=opened.number,
            others=(about.number,) if about is not None else (),
            expectation=expected if expected is not None else await _expectation(who, known),
        )
    others = tuple(each.number for each in where.others) if isinstance(where, Joins) and where.ticket.id == key else ()
    return Went(
        what="posted",
        ticket_id=key,
        number=next((each.number for each in known.tickets if each.id == key), 0),
        message_id=next(each.message_id for each in events if isinstance(each, MessagePosted)),
        sure=not others and not isinstance(where, Follows),
        others=others,
    )


async def _expectation(who: Commander, known: Whereabouts) -> str:
    return await expectation(who.house.reader, known.settings, who.viewer.language, who.house.now())
