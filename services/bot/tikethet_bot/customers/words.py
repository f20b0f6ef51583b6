"""Words on their way into a ticket: which one, and what becomes of them when they are edited or taken back."""

from msgspec import Struct

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.intents import NOTE_MARK
from tikethet_bot.rules.saying import PART_MAX, clean, is_thanks, title_of
from tikethet_bot.steps import Do, Tell
from tikethet_bot.store.effects import draft_changed, draft_dropped, unmarked
from tikethet_bot.store.people import Dialogue, People


class Said(Struct, frozen=True):
    """Words and the files kept with them; ``lost_file`` when one could not be kept."""

    content: str
    attachments: tuple[str, ...] = ()
    lost_file: bool = False


class Words:
    """What becomes of words that were said before."""

    def __init__(self, desk: Desk, known: People) -> None:
        self._desk = desk
        self._people = known

    async def corrected(self, words: str, context: Context) -> Do | Tell:
        """An earlier message says something else now. Raises `Away`, `Refusal`."""
        incoming = context.incoming
        where = await self._people.where(context.chat_id, incoming.message_id)
        content = clean(words.removeprefix(NOTE_MARK) if context.member.staff else words)
        if not content:
            return Tell()
        if where is None:  # it may wait for a tap that says where it goes
            return Tell(effects=(draft_changed(context.chat_id, incoming.message_id, content),))
        if not where.incoming:
            return Tell()
        if where.message_id is None:
            return await self._added(content, where.ticket_id, context)
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        return Do("edit", "PATCH", path, {"content": content}, context.key, where.ticket_id)

    async def _added(self, content: str, ticket_id: str, context: Context) -> Do | Tell:
        """The first words of a ticket cannot be changed: what changed is added. Raises `Away`, `Refusal`."""
        if not await self._says_something_else(context.incoming, content, ticket_id, context.member.id):
            return Tell()
        told = context.text("corrected", content=content)
        return post(context, ticket_id, Said(told if len(told) <= PART_MAX else content))

    async def _says_something_else(self, incoming: Incoming, content: str, ticket_id: str, member_id: str) -> bool:
        """Telegram tells of an edit also when a link got its preview, and then the words are what they were."""
        before = await self._people.edited(incoming.chat_id, incoming.message_id)
        if before is not None:
            return before != incoming.fingerprint
        found = await self._desk.ask(member_id, f"tickets/{ticket_id}")
        return bool(content != found["description"])

    async def taken_back(self, context: Context) -> Do | Tell:
        """An earlier message is gone."""
        where = await self._people.where(context.chat_id, context.incoming.message_id)
        if where is None:
            return Tell(effects=(draft_dropped(context.chat_id, context.incoming.message_id),))
        if not where.incoming:
            return Tell()
        if where.message_id is None:
            return context.say("first_words_stay")
        if await self._people.parts(context.chat_id, where.message_id) > 1:  # the rest of its album is still there
            return Tell(effects=(unmarked(context.chat_id, context.incoming.message_id),))
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        return Do("delete", "DELETE", path, None, context.key, where.ticket_id)


def words(context: Context, said: Said, *, category_id: str | None = None, anew: bool = False) -> Do:
    """Words that are no reply: the desk knows where the customer most likely means them.

    They ask something new when it is ``anew``, or comes under a category.
    """
    body = {
        "title": title_of(said.content) or context.text("untitled"),
        "content": said.content,
        "attachments": said.attachments,
        "category_id": category_id,
        "anew": anew,
        "thanks": is_thanks(said.content),
    }
    return Do("words", "POST", "internal/words", body, context.key, lost_file=said.lost_file)


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
            return words(context, said, category_id=dialogue.target)
        case "comment" if said.content:
            score, _, ticket_id = dialogue.target.partition(":")
            body = {"score": int(score), "comment": said.content}
            return Do("rate", "POST", f"tickets/{ticket_id}/rate", body, context.key, ticket_id, dialogue=True)
        case "answer" | "note" if context.member.staff:
            return post(context, dialogue.target, said, note=note or dialogue.kind == "note", dialogue=True)
        case _:
            return None
