"""Files that people send: kept by the desk before the message they belong to."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk, Refusal
from tikethet_bot.rules.incoming import Incoming

Fetch = Callable[[int], Awaitable[tuple[str, bytes] | None]]
"""The name and content of the file that a message carries, if it can be kept. Raises `Away`."""


class Kept(Struct, frozen=True):
    """The files the desk keeps now; ``lost`` names, in words for the ticket, those it does not."""

    attachments: tuple[str, ...]
    lost: tuple[str, ...]


async def keep_files(context: Context, fetch: Fetch, desk: Desk) -> Kept:
    """Keep everything a message (all of an album) carries. Raises `Away`."""
    attachments, lost = [], []
    for each in [part.incoming for part in context.parts] or [context.incoming]:
        kept = await _keep(each, context, fetch, desk)
        if kept is not None:
            attachments.append(kept)
        else:
            lost.append(context.text(f"media_{each.media or 'other'}"))
    return Kept(tuple(attachments), tuple(lost))


async def _keep(incoming: Incoming, context: Context, fetch: Fetch, desk: Desk) -> str | None:
    carried = await fetch(incoming.message_id)
    if carried is None:
        return None
    key = f"{context.key}:file:{incoming.message_id}"
    try:
        return await desk.keep_file(context.member.id, key, *carried)
    except Refusal:
        return None  # too large, or of a kind the desk does not keep
