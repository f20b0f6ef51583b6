"""What the author of a broadcast sees."""

from typing import Any

from tikethet_bot.context import Context
from tikethet_bot.rules.broadcasts import AUDIENCES
from tikethet_bot.rules.outgoing import Button, Out


def compose(context: Context) -> Out:
    """The next message is the text."""
    cancel = ((Button(context.text("cancel"), "cancel"),),)
    return context.out(context.text("broadcast_compose"), "compose", buttons=cancel)


def preview(context: Context, content: str, draft: int, audience: str, counted: Any) -> tuple[Out, Out]:
    """The text as it will arrive; then whom it reaches, and the button that sends it."""
    chosen = context.text(f"audience_{audience}")
    asked = context.text("broadcast_preview", audience=chosen, count=counted["reachable"], all=counted["count"])
    others = tuple(
        (Button(context.text(f"audience_{each}"), f"bto:{draft}:{each}"),) for each in AUDIENCES if each != audience
    )
    send = Button(context.text("broadcast_send", count=counted["reachable"]), f"bsend:{draft}:{audience}")
    buttons = ((send,), *others, (Button(context.text("cancel"), "cancel"),))
    return context.out(content, "shown"), context.out(asked, f"preview:{audience}", buttons=buttons)
