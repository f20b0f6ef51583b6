"""A client of the unpatched library, signed in at a local Telegram of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tikethet_devstack.telegram.local import LocalTelegram

from tests.devstack.telegram.chat import ANNA, MARIA, Chat, client_of


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(tmp_path) as telegram:
        telegram.world.person(ANNA, "Анна", username="anna")
        telegram.world.person(MARIA, "Мария", username="maria")
        yield telegram


@pytest.fixture
async def chat(telegram: LocalTelegram) -> AsyncIterator[Chat]:
    async with client_of(telegram) as client:
        yield Chat(telegram, client)
