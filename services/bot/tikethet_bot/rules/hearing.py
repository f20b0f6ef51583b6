"""From an event to whom the bot tells what. Pure: what it needs to know about ticket and people is passed in."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.cards import fresh, slot_of
from tikethet_bot.rules.outgoing import ANSWER, CUSTOMER, NOTICE, Button, Out, Rows
from tikethet_bot.rules.packing import File

_WARNINGS: Final = {
    "BackupOverdue": "notifications.BACKUP_OVERDUE",
    "DiskNearlyFull": "notifications.DISK_NEARLY_FULL",
}


class Ticket(Struct, frozen=True, kw_only=True):
    """The ticket an event is about."""

    id: str
    number: int
    requester_id: str
    assignee_id: str | None


class Hearer(Struct, frozen=True, kw_only=True):
    """Somebody the bot may write to; ``reply_to`` is their last own message about the ticket."""

    chat_id: int
    member_id: str
    language: Language
    staff: bool
    muted: frozenset[str] = frozenset()
    reply_to: int | None = None


def outs_of(kind: str, data: Any, actor: str, ticket: Ticket, hearers: Sequence[Hearer]) -> list[Out]:
    """What everyone is told of an event. ``hearers`` are the requester and all staff that can be written to."""
    return [out for hearer in hearers for out in _tell(kind, data, actor, ticket, hearer)]


def warnings_of(kind: str, admins: Sequence[tuple[int, Language]]) -> list[Out]:
    """What those who look after the installation are told of it; ``admins`` by chat and language."""
    key = _WARNINGS.get(kind)
    if key is None:
        return []
    return [
        Out(chat_id=chat_id, text=f"⚠️ {text(language, key)}", purpose="warning", priority=NOTICE)
        for chat_id, language in admins
    ]


def _tell(kind: str, data: Any, actor: str, ticket: Ticket, hearer: Hearer) -> list[Out]:
    customer = hearer.member_id == ticket.requester_id
    match kind:
        case "TicketOpened" if hearer.staff and not customer and "new_tickets" not in hearer.muted:
            return [_card(data, ticket, hearer)]
        case "MessagePosted":
            return _message(data, ticket, hearer, customer=customer)
        case "NoteAdded" if hearer.staff and not customer and _concerns(hearer, ticket, data["author_id"]):
            return [_words("note", data, ticket, hearer, CUSTOMER)]
        case "TicketAssigned" if hearer.member_id == data["assignee_id"] and hearer.member_id != actor:
            buttons = fresh(hearer.language, ticket.id, ticket.number)
            return [] if "assigned" in hearer.muted else [_notice("assigned", ticket, hearer, buttons=buttons)]
        case "TicketAssigned" if customer and data.get("previous_id") is None:
            return _status("taken", ticket, hearer)
        case "TicketResolved" | "TicketClosed" | "TicketReopened" if customer and hearer.member_id != actor:
            return _status(
                {"TicketResolved": "resolved", "TicketClosed": "closed"}.get(kind, "reopened"), ticket, hearer
            )
        case _:
            return []


def _message(data: Any, ticket: Ticket, hearer: Hearer, *, customer: bool) -> list[Out]:
    author = data["author_id"]
    if data["content"] is None:
        return []
    if author == ticket.requester_id:
        if customer or not hearer.staff or not _concerns(hearer, ticket, author):
            return []
        return [_words("customer", data, ticket, hearer, CUSTOMER)]
    if customer and "answers" not in hearer.muted:
        return [_words("answer", data, ticket, hearer, ANSWER)]
    return []


def _concerns(hearer: Hearer, ticket: Ticket, author: str) -> bool:
    """Whoever is responsible hears of it; while nobody is, all staff do."""
    return hearer.member_id != author and ticket.assignee_id in {None, hearer.member_id}


def words(kind: str, number: int, content: str, language: Language) -> str:
    """Somebody's words as they stand in the chat, with the number of the ticket."""
    return text(language, f"bot.heard_{kind}", number=number, content=content)


def _words(kind: str, data: Any, ticket: Ticket, hearer: Hearer, priority: int) -> Out:
    return Out(
        chat_id=hearer.chat_id,
        text=words(kind, ticket.number, data["content"] or "", hearer.language),
        purpose=kind,
        priority=priority,
        reply_to=hearer.reply_to,
        ticket_id=ticket.id,
        message_id=data["message_id"],
        files=files_of(data),
    )


def files_of(data: Any) -> tuple[File, ...]:
    """The files beside a message."""
    return msgspec.convert(data.get("attachments") or (), tuple[File, ...])


def _card(data: Any, ticket: Ticket, hearer: Hearer) -> Out:
    card = text(
        hearer.language,
        "bot.card",
        number=ticket.number,
        title=data["title"] or "…",
        description=data["description"] or "",
    ).strip()
    return Out(
        chat_id=hearer.chat_id,
        text=card,
        purpose="card",
        priority=NOTICE,
        buttons=fresh(hearer.language, ticket.id, ticket.number),
        ticket_id=ticket.id,
        files=files_of(data),
        slot=slot_of(ticket.id),
    )


def _status(key: str, ticket: Ticket, hearer: Hearer) -> list[Out]:
    if "status" in hearer.muted:
        return []
    return [_notice(key, ticket, hearer, buttons=_stars(ticket.id) if key == "resolved" else ())]


def _notice(key: str, ticket: Ticket, hearer: Hearer, *, buttons: Rows = ()) -> Out:
    return Out(
        chat_id=hearer.chat_id,
        text=text(hearer.language, f"bot.notice_{key}", number=ticket.number),
        purpose=key,
        priority=NOTICE,
        buttons=buttons,
        ticket_id=ticket.id,
    )


def _stars(ticket_id: str) -> Rows:
    """How well it was answered, in one tap."""
    return (tuple(Button(f"{score} ★", f"rate:{score}:{ticket_id}") for score in range(1, 6)),)
