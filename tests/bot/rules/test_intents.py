"""What a message means by its first word."""

import pytest
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.intents import Command, Intent, Unknown, Words, intent_of


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("/help", Command("help", "")),
        ("/HELP@tikethet_bot", Command("help", "")),
        ("/block @anna\nspam and\n abuse", Command("block", "@anna spam and abuse")),
        ("/block\n@anna", Command("block", "@anna")),
        ("/role   @anna \t helper", Command("role", "@anna helper")),
        ("/", Unknown()),
        ("/ help", Unknown()),
        ("/wat", Unknown()),
        ("// help", Words("help", None, note=True)),
    ],
)
def test_a_command_is_the_first_word(said: str, meant: Intent) -> None:
    assert intent_of(Incoming(kind="message", chat_id=1, text=said)) == meant
