"""Words on their way into a ticket: which one, and what becomes of them when they are edited or taken back."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tikethet_bot.context import Context
from tikethet_bot.customers.asking import categories
from tikethet_bot.desk import Desk
from tikethet_bot.rules.routing import Candidate, Follows, Joins, Opens, route
from tikethet_bot.rules.saying import clean, is_thanks, title_of
from tikethet_bot.steps import Do, Tell
from tikethet_bot.store.effects import unmarked
from tikethet_bot.store.people import Dialogue, People


class _Found(Struct, frozen=True):
    id: str
    number: int
    status: str
    updated_at: datetime
    resolved_at: datetime | None = None


class Said(Struct, frozen=True):
    """Words and the files kept with them; ``lost_file`` when one could not be kept."""

    content: str
    attachments: tuple[str, ...] = ()
    lost_file: bool = False


class Words:
    """Decides where words go. ``now`` is the clock."""

    def __init__(self, desk: Desk, known: People, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._people = known
        self._now = now

    async def routed(self, said: Said, context: Context) -> Do | Tell:
        """Words that are no reply go where the customer most likely means. Raises `Away`, `Refusal`."""
        match route(await self._candidates(context), self._now()):
            case Joins(ticket, others):
                others_of = tuple(each.number for each in others)
                return post(context, ticket.id, said, number=ticket.number, several=bool(others), others=others_of)
            case Follows(ticket):
                if not said.attachments and is_thanks(said.content):
                    return context.say("thanks", number=ticket.number)
                return post(context, ticket.id, said, number=ticket.number, several=True)
            case Opens(about):
                return await self.new(said, context, about=about.number if about is not None else 0)

    async def new(self, said: Said, context: Context, about: int = 0) -> Do | Tell:
        """A new ticket of the general kind; it might be ``about`` an old one. Raises `Away`, `Refusal`."""
        found = await categories(self._desk, context)
        if not found:
            return context.say("no_categories")
        general = next((each for each in found if each["icon"] == "❓"), found[-1])
        step = opening(context, said, general["id"])
        return step if said.attachments else replace(step, others=(about,) if about else ())

    async def corrected(self, words: str, context: Context) -> Do | Tell:
        """An earlier message says something else now."""
        where = await self._people.where(context.chat_id, context.incoming.message_id)
        content = clean(words)
        if where is None or not where.incoming or not content:
            return Tell()
        if where.message_id is None:  # the first words of a ticket cannot be changed; what changed is added
            return post(context, where.ticket_id, Said(context.text("corrected", content=content)))
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        return Do("edit", "PATCH", path, {"content": content}, context.key, where.ticket_id)

    async def taken_back(self, context: Context) -> Do | Tell:
        """An earlier message is gone."""
        where = await self._people.where(context.chat_id, context.incoming.message_id)
        if where is None or not where.incoming:
            return Tell()
        if where.message_id is None:
            return context.say("first_words_stay")
        if await self._people.parts(context.chat_id, where.message_id) > 1:  # the rest of its album is still there
            return Tell(effects=(unmarked(context.chat_id, context.incoming.message_id),))
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        return Do("delete", "DELETE", path, None, context.key, where.ticket_id)

    async def _candidates(self, context: Context) -> list[Candidate]:
        found, answered = await asyncio.gather(
            self._desk.ask(context.member.id, "tickets", {"requester": "me", "size": "50"}),
            self._people.answered(context.member.id),
        )
        rows = [msgspec.convert(each, _Found, strict=False) for each in found["items"]]
        return [
            Candidate(
                id=row.id,
                number=row.number,
                status=row.status,
                updated_at=row.updated_at,
                resolved_at=row.resolved_at,
                answered_at=answered.get(row.id),
            )
            for row in rows
        ]


def opening(context: Context, said: Said, category_id: str) -> Do:
    """Open a ticket with these words."""
    title = title_of(said.content) or context.text("untitled")
    body = {"title": title, "description": said.content, "category_id": category_id, "attachments": said.attachments}
    return Do("open", "POST", "tickets", body, context.key, lost_file=said.lost_file)


def post(
    context: Context,
    ticket_id: str,
    said: Said,
    *,
    note: bool = False,
    number: int = 0,
    several: bool = False,
    others: tuple[int, ...] = (),
    dialogue: bool = False,
) -> Do:
    """Add these words to a ticket; ``several`` when it might have been another."""
    body = {"content": said.content, "is_internal": note, "attachments": said.attachments}
    path = f"tickets/{ticket_id}/messages"
    lost = said.lost_file
    return Do(
        "post", "POST", path, body, context.key, ticket_id, number, several, others, lost_file=lost, dialogue=dialogue
    )  # fmt: skip


def awaited(dialogue: Dialogue, said: Said, context: Context, *, note: bool) -> Do | None:
    """What the bot asked for before; ``None`` when that is not for words. What staff marked a ``note`` stays one."""
    match dialogue.kind:
        case "describe":
            return opening(context, said, dialogue.target)
        case "comment" if said.content:
            score, _, ticket_id = dialogue.target.partition(":")
            body = {"score": int(score), "comment": said.content}
            return Do("rate", "POST", f"tickets/{ticket_id}/rate", body, context.key, ticket_id, dialogue=True)
        case "answer" | "note" if context.member.staff:
            return post(context, dialogue.target, said, note=note or dialogue.kind == "note", dialogue=True)
        case _:
            return None
