"""Each role's commands: its own first, never those of a higher one, everybody's always."""

import pytest
from tikethet_bot.rules.intents import COMMANDS, STAFF_COMMANDS
from tikethet_bot.rules.roles import commands_of
from tikethet_service.texts import LANGUAGES, text


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("USER", "support", "admin"),
        ("HELPER", "admin", "block"),
        ("MODERATOR", "block", "broadcast"),
        ("ADMIN", "broadcast", "nothing"),
        ("DEVELOPER", "broadcast", "nothing"),
    ],
)
def test_commands(role: str, has: str, lacks: str) -> None:
    found = commands_of(role)
    assert has in found
    assert lacks not in found
    assert found[-len(COMMANDS) :] == COMMANDS


def test_the_highest_role_has_all() -> None:
    assert set(commands_of("DEVELOPER")) == {*COMMANDS, *STAFF_COMMANDS}


def test_every_command_is_described_in_every_language() -> None:
    for language in LANGUAGES:
        for name in (*COMMANDS, *STAFF_COMMANDS):
            assert text(language, f"bot.command_{name}")
