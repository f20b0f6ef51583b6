"""One journal entry from what a person did to what the desk is asked and what they are told.

What is asked is fixed in the journal before it is asked: after a crash the same command goes out again under the same
id, whatever has changed meanwhile.
"""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot import screens
from tikethet_bot.desk import Desk, Refusal
from tikethet_bot.rules import intents
from tikethet_bot.rules.incoming import Incoming, Person
from tikethet_bot.rules.intents import intent_of
from tikethet_bot.rules.outgoing import Out
from tikethet_bot.rules.routing import Candidate, Follows, Joins, Opens, route
from tikethet_bot.rules.saying import clean, is_thanks, title_of
from tikethet_bot.staff import StaffDesk
from tikethet_bot.steps import Do, Effect, Tell
from tikethet_bot.store import Pool, journal, outbox, people
from tikethet_bot.store.journal import Entry, Journal
from tikethet_bot.store.people import Member, People

_LISTED: Final = 10
_OPEN: Final = (("status", "OPEN"), ("status", "IN_PROGRESS"), ("status", "WAITING_RESPONSE"))


class _Found(Struct, frozen=True):
    id: str
    number: int
    status: str
    updated_at: datetime
    resolved_at: datetime | None = None


Fetch = Callable[[int], Awaitable[tuple[str, bytes] | None]]
"""The name and content of the file that a message carries, if it can be kept. Raises `Away`."""


class Conversation:
    """Acts on journal entries. ``now`` is the clock."""

    def __init__(
        self,
        pool: Pool,
        bot_id: int,
        desk: Desk,
        *,
        fetch: Fetch,
        app_url: str | None,
        now: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._bot_id = bot_id
        self._desk = desk
        self._people = People(pool)
        self._journal = Journal(pool, bot_id)
        self._staff = StaffDesk(desk, self._people, now)
        self._fetch = fetch
        self._app_url = app_url
        self._now = now

    async def act(self, entry: Entry) -> None:
        """Do what an update asks for. Raises `Away` when the desk must be asked again."""
        incoming = entry.incoming
        if incoming.kind in {"stopped", "returned"}:
            await self._tell_desk(incoming)
            await self._finish(entry, Tell(effects=(_left(incoming),)))
            return
        member = await self._member(incoming)
        if member is None:
            await self._finish(entry, Tell())
            return
        try:
            tell = await self._carry_out(entry, member)
        except Refusal as refusal:
            said = refusal.detail or text(member.language, "bot.failed")
            tell = Tell((screens.plain(incoming.chat_id, said, "refusal", reply_to=_reply_to(incoming)),))
        await self._finish(entry, tell)

    async def _tell_desk(self, incoming: Incoming) -> None:
        """Staff see on the ticket whether an answer arrives in Telegram. Raises `Away`."""
        member = await self._people.find(incoming.chat_id)
        if member is None:
            return
        key = f"tg:{self._bot_id}:{incoming.chat_id}:{incoming.kind}:{incoming.date}"
        with contextlib.suppress(Refusal):  # somebody erased meanwhile: nobody is left to reach
            await self._desk.reached(member.id, key, reachable=incoming.kind == "returned")

    async def give_up(self, entry: Entry, why: str) -> None:
        """Nothing helps; say so, and keep for the operator what kind of failure it was."""
        member = await self._people.find(entry.incoming.chat_id)
        language: Language = member.language if member is not None else "ru"
        said = screens.plain(entry.incoming.chat_id, text(language, "bot.failed"), "failed")
        await self._finish(entry, Tell((said,)), failure=why)

    async def _carry_out(self, entry: Entry, member: Member) -> Tell:
        incoming = entry.incoming
        if entry.plan is not None:
            step: Do | Tell = msgspec.json.decode(entry.plan, type=Do)
        else:
            step = await self._decide(incoming, member)
        if isinstance(step, Tell):
            return step
        if entry.plan is None:
            await self._journal.fix_plan(entry.id, msgspec.json.encode(step))
        answer = await self._desk.command(member.id, step.key, step.method, step.path, step.body)
        return _done(step, answer, incoming, member)

    async def _finish(self, entry: Entry, tell: Tell, failure: str | None = None) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            for effect in tell.effects:
                await effect(connection)
            await outbox.put(connection, entry.incoming.key, tell.outs)
            await journal.done(connection, entry.id, failure)

    async def _member(self, incoming: Incoming) -> Member | None:
        """Who it is, registered when we see them first or they changed their names."""
        known = await self._people.find(incoming.chat_id)
        person = incoming.sender
        if person is None or (person.access_hash == 0 and not person.first_name and known is not None):
            return known
        if known is not None and known.profile == person.digest() and known.writable:
            return known
        joined = await self._desk.join(_clean(person))
        await self._people.joined(person, joined.id, joined.role, joined.language)
        return await self._people.find(incoming.chat_id)

    async def _decide(self, incoming: Incoming, member: Member) -> Do | Tell:
        """What to do, with the file that a message carries kept first."""
        if incoming.media is None or incoming.kind != "message":
            return await self._understood(incoming, member)
        attachment = await self._keep_file(incoming, member)
        if attachment is None:
            step = await self._understood(incoming, member)
            return msgspec.structs.replace(step, lost_file=True) if isinstance(step, Do) else step
        step = await self._understood(msgspec.structs.replace(incoming, media=None), member, attachment)
        if isinstance(step, Do):
            step = msgspec.structs.replace(step, body={**step.body, "attachments": [attachment]})
        return step

    async def _keep_file(self, incoming: Incoming, member: Member) -> str | None:
        carried = await self._fetch(incoming.message_id)
        if carried is None:
            return None
        try:
            return await self._desk.keep_file(member.id, f"{self._key(incoming)}:file", *carried)
        except Refusal:
            return None  # too large, or of a kind the desk does not keep

    async def _understood(self, incoming: Incoming, member: Member, attachment: str | None = None) -> Do | Tell:
        if attachment is not None:
            note = incoming.text.startswith(intents.NOTE_MARK)
            caption = incoming.text.removeprefix(intents.NOTE_MARK) if note else incoming.text
            sent = intents.Words(caption, incoming.reply_to, note)
            return await self._words(sent, incoming, member, with_file=True)
        intent = intent_of(incoming, screens.said(incoming, member.language))
        match intent:
            case intents.Command(name, argument):
                return await self._command(name, argument, incoming, member)
            case intents.Unknown():
                return _tell(screens.plain(incoming.chat_id, text(member.language, "bot.unknown_command"), "unknown"))
            case intents.Greeting():
                return _tell(screens.categories(incoming, member, await self._categories(member), "bot.greeting"))
            case intents.Words():
                return await self._words(intent, incoming, member)
            case intents.Correction(words):
                return await self._corrected(words, incoming, member)
            case intents.TakenBack():
                return await self._taken_back(incoming, member)
            case intents.Tap(action, target):
                return await self._tapped(action, target, incoming, member)
            case _:
                return Tell()

    # ------------------------------------------------------------ commands

    async def _command(self, name: str, argument: str, incoming: Incoming, member: Member) -> Do | Tell:
        chat_id, language = incoming.chat_id, member.language
        match name:
            case "start":
                return _tell(screens.start(incoming, member, await self._categories(member), self._app_url))
            case "help":
                key = "bot.help_staff" if member.staff else "bot.help"
                return _tell(screens.plain(chat_id, text(language, key), "help"))
            case "support":
                return _tell(screens.categories(incoming, member, await self._categories(member), "bot.support"))
            case "tickets" | "status":
                return _tell(screens.tickets(incoming, member, await self._own(member), self._now(), self._app_url))
            case "language":
                return _tell(screens.languages(incoming, member))
            case "privacy":
                return _tell(screens.privacy(incoming, member))
            case _:
                return await self._staff.command(name, argument, incoming, member, self._key(incoming))

    async def _categories(self, member: Member) -> list[Any]:
        found: list[Any] = (await self._desk.ask(member.id, "categories"))["items"]
        return found

    async def _own(self, member: Member) -> list[Any]:
        params = [*_OPEN, ("requester", "me"), ("size", str(_LISTED))]
        found: list[Any] = (await self._desk.ask(member.id, "tickets", params))["items"]
        return found

    # ------------------------------------------------------------ words

    async def _words(
        self, words: intents.Words, incoming: Incoming, member: Member, *, with_file: bool = False
    ) -> Do | Tell:
        content = clean(words.text)
        if not content and not with_file:
            return Tell()
        if words.reply_to is not None:
            where = await self._people.where(incoming.chat_id, words.reply_to)
            if where is not None:
                return self._post(incoming, where.ticket_id, content, note=words.note and member.staff)
        category = await self._people.chosen_category(incoming.chat_id)
        if category is not None:
            return self._open(incoming, content, category, member.language)
        if member.staff and not with_file:
            return await self._staff.where_to(content, incoming, member)
        return await self._routed(content, incoming, member)

    async def _routed(self, content: str, incoming: Incoming, member: Member) -> Do | Tell:
        found = await self._desk.ask(member.id, "tickets", {"requester": "me", "size": "50"})
        answered = await self._people.answered(member.id)
        rows = [msgspec.convert(each, _Found, strict=False) for each in found["items"]]
        tickets = [
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
        match route(tickets, self._now()):
            case Joins(ticket, others):
                return self._post(incoming, ticket.id, content, number=ticket.number, several=bool(others))
            case Follows(ticket):
                if is_thanks(content):
                    said = text(member.language, "bot.thanks", number=ticket.number)
                    return _tell(screens.plain(incoming.chat_id, said, "thanks"))
                return self._post(incoming, ticket.id, content, number=ticket.number, several=True)
            case Opens():
                return await self._new(content, incoming, member)

    async def _new(self, content: str, incoming: Incoming, member: Member) -> Do | Tell:
        categories = await self._categories(member)
        if not categories:
            return _tell(screens.plain(incoming.chat_id, text(member.language, "bot.no_categories"), "empty"))
        general = next((each for each in categories if each["icon"] == "❓"), categories[-1])
        return self._open(incoming, content, general["id"], member.language)

    def _open(self, incoming: Incoming, content: str, category_id: str, language: Language) -> Do:
        title = title_of(content) or text(language, "bot.untitled")
        body = {"title": title, "description": content, "category_id": category_id}
        return Do("open", "POST", "tickets", body, self._key(incoming))

    def _post(
        self, incoming: Incoming, ticket_id: str, content: str, *, note: bool = False, number: int = 0,
        several: bool = False,
    ) -> Do:  # fmt: skip
        body = {"content": content, "is_internal": note}
        key = self._key(incoming)
        return Do("post", "POST", f"tickets/{ticket_id}/messages", body, key, ticket_id, number, several)

    async def _corrected(self, words: str, incoming: Incoming, member: Member) -> Do | Tell:
        where = await self._people.where(incoming.chat_id, incoming.message_id)
        content = clean(words)
        if where is None or not where.incoming or not content:
            return Tell()
        if where.message_id is None:  # the first words of a ticket cannot be changed; what changed is added
            return self._post(incoming, where.ticket_id, text(member.language, "bot.corrected", content=content))
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        return Do("edit", "PATCH", path, {"content": content}, self._key(incoming), where.ticket_id)

    async def _taken_back(self, incoming: Incoming, member: Member) -> Do | Tell:
        del member
        where = await self._people.where(incoming.chat_id, incoming.message_id)
        if where is None or not where.incoming or where.message_id is None:
            return Tell()
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        return Do("delete", "DELETE", path, None, self._key(incoming), where.ticket_id)

    # ------------------------------------------------------------ buttons

    async def _tapped(self, action: str, target: str, incoming: Incoming, member: Member) -> Do | Tell:
        chat_id, language = incoming.chat_id, member.language
        match action:
            case "cat":
                said = screens.describe(incoming, member, await self._categories(member), target)
                return Tell((said,), (_chosen(chat_id, target),))
            case "cancel":
                said = screens.plain(chat_id, text(language, "bot.cancelled"), "cancelled")
                return Tell((said,), (_chosen(chat_id, None),))
            case "lang":
                return Do("language", "PATCH", "auth/me", {"language": target}, self._key(incoming))
            case "show":
                ticket = await self._desk.ask(member.id, f"tickets/{target}")
                found = await self._desk.ask(member.id, f"tickets/{target}/messages", {"latest": "true", "size": "5"})
                return _tell(screens.ticket(incoming, member, ticket, found["items"], self._now()))
            case "erase":
                return _tell(screens.really_erase(incoming, member))
            case "erase!":
                return Do("erase", "DELETE", "members/me", None, self._key(incoming))
            case "rate":
                return self._rate(target, incoming, member)
            case "own":
                draft = await self._people.draft(chat_id, int(target)) if target.isdigit() else None
                if draft is None:
                    return _tell(screens.plain(chat_id, text(language, "bot.draft_gone"), "gone"))
                return await self._new(draft, incoming, member)
            case _:
                return await self._staff.tapped(action, target, incoming, member, self._key(incoming))

    def _rate(self, target: str, incoming: Incoming, member: Member) -> Do | Tell:
        score, _, ticket_id = target.partition(":")
        if not score.isdigit():
            return _tell(screens.plain(incoming.chat_id, text(member.language, "bot.failed"), "failed"))
        body = {"score": int(score)}
        return Do("rate", "POST", f"tickets/{ticket_id}/rate", body, self._key(incoming), ticket_id)

    def _key(self, incoming: Incoming) -> str:
        return incoming.command_id(self._bot_id)


def _done(step: Do, answer: Any, incoming: Incoming, member: Member) -> Tell:
    """What follows when the desk carried a command out."""
    match step.kind:
        case "open":
            ticket_id, number = answer["id"], answer["number"]
            effects: tuple[Effect, ...] = (_chosen(incoming.chat_id, None),)
            if incoming.kind == "message":
                effects += (_marked(incoming, ticket_id, None),)
            return Tell((screens.opened(incoming, member, ticket_id, number, lost_file=step.lost_file),), effects)
        case "post":
            return _posted(step, answer, incoming, member)
        case "language":
            chosen: Language = "en" if answer["language"] == "en" else "ru"
            return _tell(screens.plain(incoming.chat_id, text(chosen, "bot.language_chosen"), "language"))
        case "rate":
            thanks = text(member.language, "bot.rated", stars="★" * step.body["score"])
            return _tell(screens.plain(incoming.chat_id, thanks, "rated", ticket_id=step.ticket_id))
        case "erase":
            return _tell(screens.plain(incoming.chat_id, text(member.language, "bot.erased"), "erased"))
        case "edit" | "delete":
            return Tell()
        case _:
            return screens.staff_done(step, answer, incoming, member)


def _posted(step: Do, answer: Any, incoming: Incoming, member: Member) -> Tell:
    outs: list[Out] = []
    if step.several and step.number:
        said = text(member.language, "bot.added", number=step.number)
        outs.append(screens.plain(incoming.chat_id, said, "added", reply_to=incoming.message_id))
    if step.lost_file:
        outs.append(screens.not_kept(incoming, member))
    if incoming.kind == "tap":
        said = text(member.language, "bot.sent", number=step.number or "")
        outs.append(screens.plain(incoming.chat_id, said, "sent"))
    effects: tuple[Effect, ...] = ()
    if incoming.kind == "message":
        effects = (_marked(incoming, answer["ticket_id"], answer["id"]),)
    elif step.draft:
        effects = (_dropped(incoming.chat_id, step.draft),)
    return Tell(tuple(outs), effects)


def _tell(*outs: Out) -> Tell:
    return Tell(tuple(outs))


def _reply_to(incoming: Incoming) -> int | None:
    return incoming.message_id if incoming.kind == "message" else None


def _clean(person: Person) -> Person:
    return msgspec.structs.replace(
        person,
        first_name=clean(person.first_name),
        last_name=clean(person.last_name) if person.last_name else None,
    )


def _marked(incoming: Incoming, ticket_id: str, message_id: str | None) -> Effect:
    return lambda connection: people.mark(connection, incoming.chat_id, incoming.message_id, ticket_id, message_id)


def _chosen(chat_id: int, category_id: str | None) -> Effect:
    return lambda connection: people.choose_category(connection, chat_id, category_id)


def _dropped(chat_id: int, draft: int) -> Effect:
    return lambda connection: people.drop_draft(connection, chat_id, draft)


def _left(incoming: Incoming) -> Effect:
    if incoming.kind == "stopped":
        return lambda connection: outbox.stop(connection, incoming.chat_id, "STOPPED")
    return lambda connection: people.came_back(connection, incoming.chat_id)
