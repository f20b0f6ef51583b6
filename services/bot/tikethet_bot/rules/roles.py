"""Which commands a role has in its list. What one may do is the desk's to say; this only spares people refusals."""

from typing import Final

from tikethet_bot.rules.intents import COMMANDS

_MORE: Final = (
    ("HELPER", ("admin", "stats", "on", "off", "desk")),
    ("MODERATOR", ("block", "unblock")),
    ("ADMIN", ("role", "invite", "broadcast", "group")),
    ("DEVELOPER", ()),
)


def commands_of(role: str) -> tuple[str, ...]:
    """The commands of a role, its own before those of everybody."""
    found: tuple[str, ...] = ()
    for name, more in _MORE:
        found += more
        if name == role:
            return found + COMMANDS
    return COMMANDS
