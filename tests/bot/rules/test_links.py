"""What a link that opens the bot asks for."""

import pytest
from tikethet_bot.rules.links import GivesRole, OpensTicket, link_of


@pytest.mark.parametrize(
    ("payload", "meant"),
    [
        ("ticket_1042", OpensTicket(1042)),
        ("ticket_", None),
        ("ticket_x", None),
        ("ticket_١", None),
        ("1042", None),
        ("invite_aZ09-_", GivesRole("aZ09-_")),
        ("admin_secret", GivesRole("secret")),
        ("group_secret", None),
        ("", None),
    ],
)
def test_link(payload: str, meant: object) -> None:
    assert link_of(payload) == meant
