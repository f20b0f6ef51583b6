"""The buttons under a ticket's card, which say how things stand with it. The words of the card stay as they are."""

from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.outgoing import Button, Rows

SHOWS: frozenset[str] = frozenset(
    {
        "TicketAssigned", "TicketUnassigned", "TicketResolved", "TicketClosed", "TicketReopened",
        "TicketMerged", "TicketUnmerged",
    }
)  # fmt: skip
"""Events after which a card has other buttons."""


def slot_of(ticket_id: str) -> str:
    """The name under which a ticket's card can be marked later."""
    return f"card:{ticket_id}"


def fresh(language: Language, ticket_id: str, number: int) -> Rows:
    """Nobody has it yet."""
    return (
        (
            Button(text(language, "bot.take"), f"take:{ticket_id}"),
            Button(text(language, "bot.resolve"), f"resolve:{ticket_id}"),
        ),
        (_more(language, number),),
    )


def held(language: Language, ticket_id: str, number: int, holder: str, *, mine: bool) -> Rows:
    """Somebody has it: oneself, or ``holder``."""
    if not mine:
        return ((Button(text(language, "bot.card_taken", name=holder), f"show:{number}"),),)
    resolve = Button(text(language, "bot.resolve"), f"resolve:{ticket_id}")
    return ((Button(text(language, "bot.card_mine"), f"show:{number}"), resolve), (_more(language, number),))


def done(language: Language, number: int) -> Rows:
    """It is over."""
    return ((Button(text(language, "bot.card_done"), f"show:{number}"),),)


def _more(language: Language, number: int) -> Button:
    return Button(text(language, "bot.more"), f"show:{number}")
