"""The bot behind a proxy: words come and go through each kind, and what does not work is named in one line."""

from collections.abc import Callable

import pytest
from tikethet_devstack.telegram.proxies import FakeTls, Forwarder, HttpConnect, MtProxy, Socks5

from tests.bot.house import ANNA, House

KINDS: dict[str, Callable[[int], Forwarder]] = {
    "socks5": lambda _: Socks5("bot", "p@ss:word"),
    "http": lambda _: HttpConnect("bot", "word"),
    "mtproxy": lambda port: MtProxy(port, padded=True),
    "mtproxy as TLS": FakeTls,
}


async def behind(house: House, url: str) -> None:
    """Start the bot anew with this proxy, and without the session of before."""
    await house.bot.kill()
    await house.rows("DELETE FROM bot.session RETURNING 1")
    house.bot = house.service("bot", house.bot_env | {"TELEGRAM_PROXY": url})
    await house.bot.start()


def log_of(house: House) -> str:
    return (house.directory / "bot-.log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
async def test_words_come_and_go_through_a_proxy(house: House, kind: str) -> None:
    async with KINDS[kind](house.telegram.port) as proxy:
        await behind(house, proxy.url)
        await house.telegram_is("up", "@")
        house.say(ANNA, "Вопрос")
        await house.hears(ANNA, "открыто")
        proxy.cut()
        house.say(ANNA, "/help")
        await house.hears(ANNA, "Просто напишите")
        assert proxy.lines > 1


@pytest.mark.slow
async def test_what_is_wrong_with_a_proxy_is_said_without_its_secrets(house: House) -> None:
    async with Socks5("bot", "right") as socks, HttpConnect("bot", "right") as http, MtProxy(house.telegram.port) as mt:
        wrong = "00112233445566778899aabbccddeeff"
        for url, said in (
            (socks.url.replace("right", "topsecret"), "user name and password"),
            (http.url.replace("right", "topsecret"), "user name and password"),
            (f"mtproxy://127.0.0.1:{mt.port}?secret={wrong}", "is its secret right?"),
            (f"socks5://bot:topsecret@127.0.0.1:{1}", "cannot be reached; trying again"),
        ):
            await behind(house, url)
            found = await house.telegram_is("down", said)
            assert "TELEGRAM_PROXY" in found["detail"]
            assert "topsecret" not in log_of(house)
            assert wrong not in log_of(house)
        house.telegram.faults.refuse = True
        await behind(house, socks.url)
        await house.telegram_is("down", "Telegram cannot be reached through the socks5 proxy")
