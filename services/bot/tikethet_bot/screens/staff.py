"""What staff see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out
from tikethet_bot.screens.lines import ticket_buttons, ticket_line


def queue(context: Context, found: Sequence[Any], counts: Any, now: datetime) -> Out:
    """What waits."""
    by_status = counts["by_status"]
    facts = {
        "open": by_status["OPEN"],
        "progress": by_status["IN_PROGRESS"],
        "waiting": by_status["WAITING_RESPONSE"],
        "resolved": by_status["RESOLVED"],
        "closed": by_status["CLOSED"],
        "mine": counts["mine"],
        "unassigned": counts["unassigned"],
    }
    lines = [context.text("queue", **facts)]
    lines += [ticket_line(each, context.language, now) for each in found]
    return context.out("\n".join(lines), "queue", buttons=ticket_buttons(found))


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
