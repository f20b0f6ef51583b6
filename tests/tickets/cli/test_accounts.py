"""Service accounts from the operator's side."""

import asyncio
import re
from typing import Any

import pytest
from tikethet_tickets import cli

from tests.tickets.cli.test_admin_link import empty, settings_for
from tests.tickets.routes.test_accounts import Program

__all__ = ["empty", "settings_for"]


async def accounts(*arguments: str) -> int:
    return await asyncio.to_thread(cli.main, ["accounts", *arguments])


async def test_an_account_is_added_listed_used_and_revoked(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert await accounts("add", "CRM", "--types", "TicketOpened, TicketClosed", "--audience", "staff") == 0
    said = capsys.readouterr().out
    found = re.search(r"account  (\S+)\ntoken    (tkh_\S+)\n", said)
    assert found is not None
    account_id, token = found.groups()
    program = Program(empty, token)
    me = (await program.call("GET", "accounts/me")).json()
    assert (me["id"], me["types"], me["audience"], me["personal"]) == (
        account_id,
        ["TicketClosed", "TicketOpened"],
        "staff",
        False,
    )
    assert await accounts("list") == 0
    said = capsys.readouterr().out
    assert account_id in said
    assert "last used" in said
    assert token not in said
    assert await accounts("rotate", account_id, "--now") == 0
    said = capsys.readouterr().out
    assert "ends now" in said
    found = re.search(r"token    (tkh_\S+)\n", said)
    assert found is not None
    assert (await program.call("GET", "accounts/me")).status_code == 401
    program = Program(empty, found[1])
    assert (await program.call("GET", "accounts/me")).status_code == 200
    assert await accounts("revoke", account_id) == 0
    assert (await program.call("GET", "accounts/me")).status_code == 401
    capsys.readouterr()
    assert await accounts("list") == 0
    assert capsys.readouterr().out == ""


async def test_what_the_rules_refuse_is_told(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert empty.people == {}
    for arguments, word in (
        (("add", "CRM", "--types", "TicketLost"), "types"),
        (("add", "CRM", "--calls", "everything"), "calls"),
        (("add", "CRM", "--requests-per-minute", "0"), "requests_per_minute"),
        (("add", " "), "name"),
        (("rotate", "x"), "not_found"),
        (("rotate", "01980000-0000-7000-8000-000000000005"), "not_found"),
        (("revoke", "x"), "not_found"),
        (("revoke", "01980000-0000-7000-8000-000000000005"), "not_found"),
    ):
        assert await accounts(*arguments) == 1
        assert word in capsys.readouterr().out
