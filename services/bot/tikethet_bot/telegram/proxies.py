"""The proxy in front of Telegram: as the library takes it, and what is wrong when nothing comes through."""

import asyncio
from typing import Any, Final

from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy as Dialer

from tikethet_bot.rules.proxy import Proxy

ASK_S: Final = 5.0
_TYPES: Final = {"socks5": ProxyType.SOCKS5, "socks4": ProxyType.SOCKS4, "http": ProxyType.HTTP}


def for_library(proxy: Proxy) -> Any:
    """The proxy as `pyrogram.Client` takes it."""
    given = {"scheme": proxy.kind, "hostname": proxy.host, "port": proxy.port}
    if proxy.kind == "mtproxy":
        return given | {"secret": proxy.secret}
    return given | {"username": proxy.username, "password": proxy.password}


async def fault(proxy: Proxy, telegram: tuple[str, int]) -> str:
    """What is wrong with the way to ``telegram`` (host, port) through this proxy, as one line without secrets."""
    where = f"the {proxy.kind} proxy {proxy.address} of TELEGRAM_PROXY"
    try:
        async with asyncio.timeout(ASK_S):
            _, writer = await asyncio.open_connection(proxy.host, proxy.port)
            writer.close()
    except (OSError, TimeoutError):
        return f"{where} cannot be reached"
    if proxy.kind == "mtproxy":
        return f"Telegram cannot be reached through {where}: is its secret right?"
    dialer = Dialer(
        proxy_type=_TYPES[proxy.kind],
        host=proxy.host,
        port=proxy.port,
        username=proxy.username,
        password=proxy.password,
    )
    try:
        line = await dialer.connect(*telegram, timeout=ASK_S)
        line.close()
    except ProxyError:
        return f"{where} lets nothing through to Telegram: are its user name and password right?"
    except (OSError, TimeoutError):
        pass
    return f"Telegram cannot be reached through {where}"
