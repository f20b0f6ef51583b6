"""Words that stand in a chat and say something else now: which messages of theirs change, go, or are added."""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tikethet_bot.rules.outgoing import Out
from tikethet_bot.rules.saying import PART_MAX, parts


class Written(Struct, frozen=True):
    """What the outbox did, or will do, to one part of a message; ``telegram_id`` once Telegram told it."""

    action: Literal["send", "cut"]
    part: int
    room: int = PART_MAX
    telegram_id: int | None = None


def changes(out: Out, history: Sequence[Written]) -> list[Out]:
    """What makes a chat show ``out`` in place of what was ``written`` there, in the order it was.

    Its first messages are edited, what is left of them goes, and what does not fit is sent after them.
    """
    shown = _standing(history)
    texts = list(parts(out.text, shown[0].room if shown else PART_MAX))
    changed = [replace(out, action="edit", text=text, part=each.part) for text, each in zip(texts, shown, strict=False)]
    if len(shown) > len(texts):
        changed.append(replace(out, action="cut", text="", part=shown[len(texts)].part))
    after = shown[-1].telegram_id if shown else None
    fresh = max((each.part for each in history), default=-1) + 1
    added = [
        replace(out, action="send", text=text, part=part, reply_to=after)
        for part, text in enumerate(texts[len(shown) :], fresh)
    ]
    return changed + added


def _standing(history: Iterable[Written]) -> list[Written]:
    """The parts that hold words, in order; files that came without any stay as they are."""
    found: dict[int, Written] = {}
    for each in history:
        if each.action == "cut":
            found = {part: kept for part, kept in found.items() if part < each.part}
        elif each.room:
            found[each.part] = each
    return [found[part] for part in sorted(found)]
