"""What follows when the desk carried a command of staff out."""

from typing import Any

from tikethet_bot.context import Context
from tikethet_bot.rules.broadcasts import started
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.effects import draft_dropped


def outcome(step: Do, answer: Any, context: Context, bot: str) -> Tell:
    """What is told of it; ``bot`` is how the bot is called, for links to it."""
    match step.kind:
        case "invite":
            return _invited(answer, context, bot)
        case "broadcast":
            out = started(context.chat_id, context.language, answer["id"], answer["total"])
            return Tell((out,), (draft_dropped(context.chat_id, step.draft),))
        case "bstop":
            return Tell()  # the message with the progress says so, once it is over
        case "off":
            return tell(context.out(context.text("done_off", count=answer.get("passed_on", 0)), "done"))
        case _:
            return _done(step, answer, context)


def _invited(answer: Any, context: Context, bot: str) -> Tell:
    if not answer.get("token"):  # asked a second time, after a crash: the secret was told once
        return context.say("invite_again")
    link = f"https://t.me/{bot}?start=invite_{answer['token']}"
    return tell(context.out(context.text("done_invite", role=answer["role"], link=link), "done"))


def _done(step: Do, answer: Any, context: Context) -> Tell:
    facts: dict[str, object] = {}
    if isinstance(answer, dict):
        facts = {"number": answer.get("number", ""), "role": answer.get("role", "")}
        facts["name"] = answer.get("first_name") or answer.get("username") or ""
    told = context.text(f"done_{step.kind}", **facts)
    return tell(context.out(told, "done", ticket_id=step.ticket_id or None))
