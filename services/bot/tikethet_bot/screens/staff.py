"""What staff see beside tickets and the panel."""

from collections.abc import Sequence
from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out
from tikethet_bot.screens.lines import name_of

_BUTTONS: Final = 50
"""Telegram takes no more than a hundred under one message."""


def where_to(context: Context, found: Sequence[Any]) -> Out:
    """They wrote and did not say to whom."""
    draft = context.incoming.message_id
    rows = tuple(
        (
            Button(context.text("answer_to", number=each["number"]), f"answer:{draft}:{each['id']}"),
            Button(context.text("note_to", number=each["number"]), f"note:{draft}:{each['id']}"),
        )
        for each in found
    )
    own = ((Button(context.text("own_question"), f"own:{draft}"),),)
    return context.out(context.text("where_to"), "where", reply_to=draft, buttons=rows + own)


def held(context: Context, found: Any, holder: Any) -> Out:
    """A colleague has it; taking it over is another thing than taking it."""
    said = context.text("held", number=found["number"], name=name_of(holder))
    over = ((Button(context.text("take_over"), f"over:{found['id']}"),),)
    return context.out(said, "held", buttons=over, ticket_id=found["id"])


def offer(context: Context, ticket_id: str, number: int) -> Out:
    """They answered a ticket that is nobody's; whoever takes it hears what the customer says next."""
    take = ((Button(context.text("take"), f"take:{ticket_id}"),),)
    return context.out(context.text("offer_take", number=number), "offer", buttons=take, ticket_id=ticket_id)


def templates(context: Context, found: Sequence[Any], ticket: str) -> Out:
    """Which template to answer a ticket with."""
    if not found:
        return context.out(context.text("no_templates"), "templates")
    buttons = tuple((Button(each["name"], f"template:{each['id']}:{ticket}"),) for each in found[:_BUTTONS])
    return context.out(context.text("templates", number=ticket), "templates", buttons=buttons)


def template(context: Context, content: str, template_id: str, ticket: str) -> Out:
    """What would be sent, before it is."""
    send = Button(context.text("template_send"), f"send:{template_id}:{ticket}")
    return context.out(
        context.text("template", number=ticket, content=content),
        "template",
        buttons=((send, Button(context.text("cancel"), "cancel")),),
    )


def colleagues(context: Context, found: Sequence[Any], action: str, target: str) -> Out:
    """To whom something goes."""
    if not found:
        return context.out(context.text("no_colleagues"), "colleagues")
    buttons = tuple((Button(name_of(each), f"{action}:{each['id']}:{target}"),) for each in found)
    return context.out(context.text("colleagues"), "colleagues", buttons=buttons)


def off(context: Context, count: int) -> Out:
    """What becomes of what is on one's table."""
    ways = ("keep", "return", "hand")
    buttons = tuple((Button(context.text(f"off_{each}"), f"off:{each}"),) for each in ways)
    return context.out(context.text("off_which", count=count), "off", buttons=buttons)
