"""What the desk wants somebody told, as they see it in the chat."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules import cards
from tikethet_bot.rules.outgoing import CUSTOMER, NOTICE, Out
from tikethet_bot.rules.packing import File

CARDS: Final = frozenset({"NEW_TICKET", "NOBODY_ON_DUTY"})
ACTED_ON: Final = frozenset({"TICKET_ASSIGNED", "OVERDUE", "REOPENED"})
"""One line with the buttons that fit how things stand."""
WORDS: Final = {"NEW_MESSAGE": "customer", "NEW_NOTE": "note"}
_DONE: Final = frozenset({"RESOLVED", "CLOSED"})


class Notice(Struct, frozen=True, kw_only=True):
    """One thing to tell somebody; ``what`` names it, ``text`` says it in one line."""

    id: str
    member_id: str
    telegram_id: int
    language: Language
    what: str
    text: str
    ticket_id: str | None = None
    ticket_number: int | None = None
    message_ids: tuple[str, ...] = ()


def slot_of(notice: Notice) -> str:
    """The name under which words that were edited are shown anew."""
    return f"notice:{notice.id}"


def plain(notice: Notice, ticket: Any | None = None) -> Out:
    """One line; a reply to it goes to its ticket, and what is to be done about it is a tap away."""
    return Out(
        chat_id=notice.telegram_id,
        text=notice.text,
        purpose="notice",
        priority=NOTICE,
        buttons=_standing(notice, ticket) if ticket is not None else (),
        ticket_id=notice.ticket_id,
    )


def card(notice: Notice, ticket: Any) -> Out:
    """A new ticket, with the buttons that fit how things stand with it by now."""
    said = text(
        notice.language,
        "bot.card",
        number=ticket["number"],
        title=ticket["title"] or "…",
        description=ticket["description"] or "",
    ).strip()
    if notice.what == "NOBODY_ON_DUTY":
        said = f"⚠️ {notice.text}\n\n{said}"
    return Out(
        chat_id=notice.telegram_id,
        text=said,
        purpose="card",
        priority=NOTICE,
        buttons=_standing(notice, ticket),
        ticket_id=ticket["id"],
        files=msgspec.convert(ticket["attachments"], tuple[File, ...]),
        slot=cards.slot_of(ticket["id"]),
    )


def words(notice: Notice, messages: Sequence[Any]) -> Out:
    """What was written meanwhile, as one message."""
    said = [each["content"] for each in messages if each["deleted_at"] is None and each["content"]]
    files = [file for each in messages if each["deleted_at"] is None for file in each["attachments"]]
    content = "\n\n".join(said) or text(notice.language, "bot.deleted" if not files else "bot.only_files")
    return Out(
        chat_id=notice.telegram_id,
        text=text(
            notice.language, f"bot.heard_{WORDS[notice.what]}", number=notice.ticket_number or "", content=content
        ),
        purpose="notice",
        priority=CUSTOMER,
        ticket_id=notice.ticket_id,
        files=msgspec.convert(files, tuple[File, ...]),
        slot=slot_of(notice),
    )


def anew(notice: Notice, messages: Sequence[Any]) -> Out:
    """The same after something in it was edited or taken back; gone, when all of it was."""
    shown = words(notice, messages)
    gone = all(each["deleted_at"] is not None for each in messages)
    return msgspec.structs.replace(shown, action="delete" if gone else "edit", purpose="changed", files=())


def _standing(notice: Notice, ticket: Any) -> Any:
    language, number, holder = notice.language, ticket["number"], ticket["assigned_to"]
    if ticket["status"] in _DONE:
        return cards.done(language, number)
    if holder is None:
        return cards.fresh(language, ticket["id"], number)
    name = holder["first_name"] or holder["username"] or "…"
    return cards.held(language, ticket["id"], number, name, mine=holder["id"] == notice.member_id)
