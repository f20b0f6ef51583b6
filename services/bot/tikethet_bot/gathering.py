"""Albums on their way to one message: the journal holds their parts, here it is waited for the last of them."""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from tikethet_bot.desk import Desk
from tikethet_bot.rules.albums import Part, complete
from tikethet_bot.steps import Do
from tikethet_bot.store.journal import Entry, Journal
from tikethet_bot.store.people import Where

_LOOK_S: Final = 0.1
"""So often is looked whether an album is complete."""


class Gathering:
    """``level_s`` tells for how many seconds the journal has had all that Telegram has; ``None``: it has not."""

    def __init__(self, journal: Journal, level_s: Callable[[], float | None]) -> None:
        self._journal = journal
        self._level_s = level_s

    async def parts(self, entry: Entry) -> tuple[Part, ...]:
        """The messages that are one with this entry's, as soon as all are there; none when it is no album.

        What an album was when a command was fixed, it stays.
        """
        incoming = entry.incoming
        if incoming.kind != "message" or incoming.album is None:
            return ()
        if entry.plan is not None:
            return msgspec.json.decode(entry.plan, type=Do).parts
        while True:
            level_s = self._level_s()
            if level_s is not None:
                album = await self._journal.album(incoming.chat_id, incoming.album)
                followed = album.followed and incoming.chat_id > 0  # in a group others write in between
                if complete(len(album.parts), followed=followed, quiet_s=min(album.quiet_s, level_s)):
                    return album.parts
            await asyncio.sleep(_LOOK_S)


async def became_a_note(desk: Desk, member_id: str, earlier: Where | None) -> bool:
    """Whether the album that something belongs to, and came too late for, became a note. Raises `Away`, `Refusal`.

    ``earlier`` is what the rest of it became.
    """
    if earlier is None or earlier.message_id is None:
        return False
    return await desk.is_note(member_id, earlier.ticket_id, earlier.message_id)
