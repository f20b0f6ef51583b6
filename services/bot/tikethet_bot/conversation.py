"""One journal entry from what a person did to what the desk is asked and what they are told.

What is asked is fixed in the journal before it is asked: after a crash the same command goes out again under the same
id, whatever has changed meanwhile.
"""

import contextlib
import math
from collections.abc import Sequence

import msgspec
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk, Refusal
from tikethet_bot.gathering import Gathering
from tikethet_bot.rules.albums import Part, joined
from tikethet_bot.rules.incoming import Incoming, Person
from tikethet_bot.rules.outgoing import Out
from tikethet_bot.rules.saying import clean
from tikethet_bot.screens.lines import span
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store import Pool, journal, outbox, together
from tikethet_bot.store.effects import answered, returned
from tikethet_bot.store.journal import Entry, Journal
from tikethet_bot.store.people import Member, People
from tikethet_bot.understanding import Understanding


class Conversation:
    """Acts on journal entries."""

    def __init__(self, pool: Pool, bot_id: int, desk: Desk, understanding: Understanding, gathering: Gathering) -> None:
        self._pool = pool
        self._bot_id = bot_id
        self._desk = desk
        self._people = People(pool)
        self._journal = Journal(pool, bot_id)
        self._understanding = understanding
        self._gathering = gathering

    async def act(self, entry: Entry) -> None:
        """Do what an update asks for. Raises `Away` when the desk must be asked again."""
        incoming = entry.incoming
        if incoming.kind in {"stopped", "returned"}:
            await self._tell_desk(incoming)
            chat_id = incoming.chat_id
            effects = outbox.stopped(chat_id, "STOPPED") if incoming.kind == "stopped" else (returned(chat_id),)
            await self._finish(entry, Tell(effects=effects))
            return
        member = await self._member(incoming)
        if member is None:
            await self._finish(entry, Tell())
            return
        context = await self._context(entry, member)
        try:
            step = await self._carry_out(entry, context)
        except Refusal as refusal:
            said = _refused(refusal, context)
            # What can be said better is still waited for; anything else would be refused for ever.
            hopeless = incoming.kind == "message" and refusal.code != "invalid"
            over = (answered(incoming.chat_id),) if hopeless else ()
            step = Tell((context.out(said, "refusal", reply_to=context.answers),), over)
        await self._finish(entry, step, context.parts)

    async def give_up(self, entry: Entry, why: str) -> None:
        """Nothing helps; say so, and keep for the operator what kind of failure it was."""
        chat_id = entry.incoming.chat_id
        member = await self._people.find(chat_id)
        language: Language = member.language if member is not None else "ru"
        said = Out(chat_id=chat_id, text=text(language, "bot.failed"), purpose="failed")
        await self._finish(entry, tell(said), failure=why)

    async def _context(self, entry: Entry, member: Member) -> Context:
        parts = await self._gathering.parts(entry)
        incoming = joined(parts) if parts else entry.incoming
        return Context(incoming, member, incoming.command_id(self._bot_id), parts)

    async def _carry_out(self, entry: Entry, context: Context) -> Tell:
        if entry.plan is not None:
            step: Do | Tell = msgspec.json.decode(entry.plan, type=Do)
        else:
            step = await self._understanding.decide(context)
        if isinstance(step, Tell):
            return step
        if entry.plan is None:
            await self._journal.fix_plan(
                entry.id, msgspec.json.encode(msgspec.structs.replace(step, parts=context.parts))
            )
        return await self._ask(entry, step, context)

    async def _ask(self, entry: Entry, step: Do, context: Context) -> Tell:
        """Ask the desk, step after step; each is fixed before it is asked. Raises `Away`, `Refusal`."""
        ask, who = (self._desk.own_command, context.language) if step.own else (self._desk.command, context.member.id)
        try:
            answer = await ask(who, step.key, step.method, step.path, step.body)
        except Refusal as refusal:
            if step.kind == "link" and refusal.code == "not_found":
                return context.say("link_dead")
            raise
        if step.then is not None:
            following = msgspec.structs.replace(step.then, parts=step.parts)
            await self._journal.fix_plan(entry.id, msgspec.json.encode(following))
            return await self._ask(entry, following, context)
        return await self._understanding.outcome(step, answer, context)

    async def _finish(self, entry: Entry, step: Tell, parts: Sequence[Part] = (), failure: str | None = None) -> None:
        over = journal.done({entry.id, *(part.entry for part in parts)}, failure)
        await together(self._pool, [*step.effects, *outbox.filled(entry.incoming.key, step.outs), over])

    async def _tell_desk(self, incoming: Incoming) -> None:
        """Staff see on the ticket whether an answer arrives in Telegram. Raises `Away`."""
        member = await self._people.find(incoming.chat_id)
        if member is None:
            return
        key = f"tg:{self._bot_id}:{incoming.chat_id}:{incoming.kind}:{incoming.date}"
        with contextlib.suppress(Refusal):  # somebody erased meanwhile: nobody is left to reach
            await self._desk.reached(member.id, key, reachable=incoming.kind == "returned")

    async def _member(self, incoming: Incoming) -> Member | None:
        """Who it is, registered when we see them first or they changed their names."""
        known = await self._people.find(incoming.chat_id)
        person = incoming.sender
        if person is None or (person.access_hash == 0 and not person.first_name and known is not None):
            return known
        if known is not None and known.profile == person.digest() and known.writable:
            return known
        joined = await self._desk.join(_clean(person))
        return await self._people.joined(person, joined.id, joined.role, joined.language)


def _refused(refusal: Refusal, context: Context) -> str:
    """Why not, in words for a chat."""
    if refusal.code == "rate_limited" and refusal.wait_s:
        return context.text("too_many", time=span(math.ceil(refusal.wait_s / 60), context.language))
    return refusal.detail or context.text("failed")


def _clean(person: Person) -> Person:
    return msgspec.structs.replace(
        person,
        first_name=clean(person.first_name),
        last_name=clean(person.last_name) if person.last_name else None,
    )
