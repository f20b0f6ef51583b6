"""What follows when the desk carried a command of staff out."""

from typing import Any

from tikethet_bot.context import Context
from tikethet_bot.steps import Do, Tell, tell


def outcome(step: Do, answer: Any, context: Context) -> Tell:
    """What is told of it."""
    facts: dict[str, object] = {}
    if isinstance(answer, dict):
        facts = {"number": answer.get("number", ""), "role": answer.get("role", "")}
        facts["name"] = answer.get("first_name") or answer.get("username") or ""
    told = context.text(f"done_{step.kind}", **facts)
    return tell(context.out(told, "done", ticket_id=step.ticket_id or None))
