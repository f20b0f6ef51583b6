"""From the ids of uploaded files to what a message carries of them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.append import Guard
from tikethet_events.errors import Refused
from tikethet_events.log import Log
from tikethet_events.ticket import Attachment, PostMessage, TicketCommand

from tikethet_tickets.queries.files import attachable
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules.files import KEPT_FOR


class Held(Struct, frozen=True):
    """What a message will carry, and the guard under which nobody else attaches the same."""

    attachments: tuple[Attachment, ...] = ()
    guards: tuple[Guard, ...] = ()

    def given_to(self, commands: Sequence[TicketCommand]) -> Sequence[TicketCommand]:
        """The commands, the message among them with what it carries."""
        if not self.attachments:
            return commands
        return [
            replace(command, attachments=self.attachments) if isinstance(command, PostMessage) else command
            for command in commands
        ]


async def hold(log: Log, reader: Reader, viewer: Viewer, files: Sequence[str], now: datetime) -> Held:
    """Look up the viewer's own files that wait to be attached. Raises `Refused` ``invalid`` naming the first other."""
    if not files:
        return Held()
    # Read before the files: another message of theirs that takes one moves it, and this append fails.
    name = f"files-{viewer.member_id}"
    guard = Guard(name=name, version=await log.guard(name))
    wanted = tuple(dict.fromkeys(files))
    known = await attachable(reader, viewer.member_id, wanted, now - KEPT_FOR)
    for file_id in wanted:
        if file_id not in known:
            raise Refused("invalid", field=f"attachments.{files.index(file_id)}", reason="not_found")
    return Held(tuple(known[file_id] for file_id in wanted), (guard,))
