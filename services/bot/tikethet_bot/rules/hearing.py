"""From an event to what the bot tells a ticket's requester. Pure: what it needs to know is passed in.

What staff hear, and when, the desk decides (`telling`); this is the conversation itself.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.outgoing import ANSWER, NOTICE, Button, Out, Rows
from tikethet_bot.rules.packing import File

_ENDS: Final = {"TicketResolved": "resolved", "TicketClosed": "closed", "TicketReopened": "reopened"}
_MUTES: Final = {"taken": "status", "resolved": "status", "reopened": "status", "closed": "closed", "merged": "closed"}
"""Which preference switches a notice off."""


class Ticket(Struct, frozen=True, kw_only=True):
    """The ticket an event is about."""

    id: str
    number: int
    requester_id: str
    assignee_id: str | None


class Hearer(Struct, frozen=True, kw_only=True):
    """The requester, if the bot may write to them; ``reply_to`` is their last own message about the ticket."""

    chat_id: int
    member_id: str
    language: Language
    muted: frozenset[str] = frozenset()
    reply_to: int | None = None

    def hears(self, preference: str) -> bool:
        """Whether they did not switch it off, everywhere or here."""
        return not {preference, f"{preference}.telegram"} & self.muted


def outs_of(kind: str, data: Any, actor: str, ticket: Ticket, hearer: Hearer) -> list[Out]:
    """What the requester is told of an event."""
    match kind:
        case "MessagePosted" if data["author_id"] != hearer.member_id and data["content"] is not None:
            return [_answer(data, ticket, hearer)] if hearer.hears("answers") else []
        case "TicketAssigned" if data.get("previous_id") is None:
            return _status("taken", ticket, hearer)
        case "TicketResolved" | "TicketClosed" | "TicketReopened" if hearer.member_id != actor:
            return _status(_ENDS[kind], ticket, hearer)
        case "TicketMerged" if hearer.member_id != actor and data["from_id"] == ticket.id:
            return _status("merged", ticket, hearer, into=data["into_number"])
        case "TicketUnmerged" if hearer.member_id != actor and data["from_id"] == ticket.id and not over(kind, data):
            return _status("reopened", ticket, hearer)
        case _:
            return []


def over(kind: str, data: Any) -> bool:
    """Whether a ticket is done with after an event that says how it stands."""
    return kind in {"TicketResolved", "TicketClosed", "TicketMerged"} or data.get("status") in {"RESOLVED", "CLOSED"}


def words(number: int, content: str, language: Language) -> str:
    """Staff's words as they stand in the chat, with the number of the ticket."""
    return text(language, "bot.heard_answer", number=number, content=content)


def files_of(data: Any) -> tuple[File, ...]:
    """The files beside a message."""
    return msgspec.convert(data.get("attachments") or (), tuple[File, ...])


def _answer(data: Any, ticket: Ticket, hearer: Hearer) -> Out:
    return Out(
        chat_id=hearer.chat_id,
        text=words(ticket.number, data["content"] or "", hearer.language),
        purpose="answer",
        priority=ANSWER,
        reply_to=hearer.reply_to,
        ticket_id=ticket.id,
        message_id=data["message_id"],
        files=files_of(data),
    )


def _status(key: str, ticket: Ticket, hearer: Hearer, **facts: object) -> list[Out]:
    if not hearer.hears(_MUTES[key]):
        return []
    return [
        Out(
            chat_id=hearer.chat_id,
            text=text(hearer.language, f"bot.notice_{key}", number=ticket.number, **facts),
            purpose=key,
            priority=NOTICE,
            buttons=_stars(ticket.id) if key == "resolved" else (),
            ticket_id=ticket.id,
        )
    ]


def _stars(ticket_id: str) -> Rows:
    """How well it was answered, in one tap."""
    return (tuple(Button(f"{score} ★", f"rate:{score}:{ticket_id}") for score in range(1, 6)),)
