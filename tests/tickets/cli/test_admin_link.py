"""The first admin's way in: printed while there is none, kept as a hash, redeemed through the bot's door."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from tikethet_devstack.provision import Databases
from tikethet_service.settings import encode_key
from tikethet_tickets import cli
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import prepare

from tests.tickets.routes.conftest import ADMIN, TheDesk, opened, settings_for

__all__ = ["settings_for"]


@pytest.fixture
async def empty(
    postgres: Databases,
    settings_for: Callable[[str], Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TheDesk]:
    """A desk nobody has come to, and the environment of an operator."""
    settings = settings_for(await postgres.database())
    await prepare(settings)
    monkeypatch.setenv("DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("SECRET_KEY", encode_key(settings.secret))
    async with opened(settings) as desk:
        yield desk


async def link(*more: str) -> int:
    return await asyncio.to_thread(cli.main, ["admin-link", *more])


async def use(desk: Any, person: Any, token: str) -> Any:
    return await desk.service("bot", "POST", "internal/invites/use", {"member_id": person.id, "token": token})


async def secret(capsys: pytest.CaptureFixture[str]) -> str:
    assert await link("--bot", "@desk_bot") == 0
    found = re.search(r"^https://t\.me/desk_bot\?start=admin_([\w-]{32})$", capsys.readouterr().out, re.MULTILINE)
    assert found is not None
    return found[1]


async def test_whoever_opens_it_first_becomes_the_admin(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    token = await secret(capsys)
    first, second = [await empty.joins(700_000_100 + n) for n in range(2)]
    answers = await asyncio.gather(*(use(empty, person, token) for person in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [200, 404]
    (made,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert made["role"] == "ADMIN"
    assert await link("--bot", "desk_bot") == 1
    assert "there is an administrator already" in capsys.readouterr().out
    for person in (first, second):
        assert (await use(empty, person, token)).status_code == 404


async def test_it_lives_for_a_day_and_only_the_newest(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = await secret(capsys), await secret(capsys)
    person = await empty.joins(700_000_100)
    assert (await use(empty, person, old)).status_code == 404
    empty.clock.ahead = timedelta(hours=24, minutes=1)
    assert (await use(empty, person, new)).status_code == 404
    empty.clock.ahead = timedelta(hours=23, minutes=59)
    assert (await use(empty, person, new)).json()["role"] == "ADMIN"


async def test_it_gives_nothing_where_an_admin_came_meanwhile(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    token = await secret(capsys)
    person = await empty.joins(700_000_100)
    await empty.joins(ADMIN)  # one of ADMIN_TELEGRAM_IDS
    assert (await use(empty, person, token)).status_code == 404


async def test_the_secret_is_kept_nowhere(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    token = await secret(capsys)
    (row,) = await empty.app.state.house.reader.fetch("SELECT token_hash, expires_at FROM tickets.admin_link")
    assert row[0] == hashlib.sha256(token.encode()).hexdigest()


async def test_the_bot_tells_its_own_name(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert await link() == 1
    assert "--bot NAME" in capsys.readouterr().out
    told = {"username": "our_desk_bot"}
    assert (await empty.service("gateway", "PUT", "internal/bot", told)).status_code == 403
    assert (await empty.service("bot", "PUT", "internal/bot", {"username": "a b"})).status_code == 422
    assert (await empty.service("bot", "PUT", "internal/bot", {"username": "former_bot"})).status_code == 204
    assert (await empty.service("bot", "PUT", "internal/bot", told)).status_code == 204
    assert await link() == 0
    assert "https://t.me/our_desk_bot?start=admin_" in capsys.readouterr().out
    person = await empty.joins(700_000_100)
    assert (await person.get("desk")).json()["bot"] == "our_desk_bot"


@pytest.mark.usefixtures("empty")
async def test_a_bad_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        await link("--bot", "https://t.me/x")
    assert stopped.value.code == 2
    assert "no username" in capsys.readouterr().err
