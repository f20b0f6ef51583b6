"""POST to an address outside, and to no other: names are looked up here, and what was looked at is connected to."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct

from tikethet_tickets.rules.addresses import Network, literal, reachable

ANSWER_S: Final = 15.0
"""From the first look-up to the answer's headers."""
_OK: Final = range(200, 300)


class Answer(Struct, frozen=True):
    """What became of it: the ``status`` of the answer, or why there was none. Never a word of what was answered."""

    status: int | None = None
    error: str | None = None

    @property
    def good(self) -> bool:
        """Whether the other side has it."""
        return self.error is None and self.status in _OK


class Post:
    """Sends to public addresses, and to those in ``networks``, which alone may go without TLS."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)

    def may(self, url: str) -> bool:
        """Whether a message may go there, as far as the address says it without a look-up."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        address = literal(host)
        if address is not None:
            return reachable(address, self._networks, public=parts.scheme == "https")
        local = host == "localhost" or host.endswith(".localhost")
        return not local or bool(self._networks)

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """One attempt. It follows no redirects and reads nothing of the answer but its status."""
        if not self.may(url):
            return Answer(error="not_public")
        secure = urlsplit(url).scheme == "https"
        connector = aiohttp.TCPConnector(
            resolver=_Looked(self._networks, public=secure), use_dns_cache=False, force_close=True
        )
        try:
            async with (
                asyncio.timeout(ANSWER_S),
                aiohttp.ClientSession(
                    connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
                ) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return Answer(status=answer.status, error=None if answer.status in _OK else f"http_{answer.status}")
        except TimeoutError:
            return Answer(error="timeout")
        except aiohttp.ClientConnectorDNSError as failure:
            return Answer(error="not_public" if isinstance(failure.os_error, _NotPublic) else "unknown_host")
        except aiohttp.ClientSSLError:
            return Answer(error="tls")
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer(error="unreachable")


class _NotPublic(OSError):
    """All addresses of a name are such that nothing is sent there."""


class _Looked(AbstractResolver):
    """Looks names up and hands out only those addresses that may be sent to."""

    def __init__(self, networks: Sequence[Network], *, public: bool) -> None:
        self._networks = networks
        self._public = public

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """What may be connected to. Raises `_NotPublic`, and OSError for a name that leads nowhere."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, proto, _, where in found:
            text = str(where[0])
            address = literal(text)
            if address is not None and reachable(address, self._networks, public=self._public):
                result = ResolveResult(
                    hostname=host, host=text, port=port, family=kind, proto=proto, flags=socket.AI_NUMERICHOST
                )
                results.append(result)
        if not results:
            raise _NotPublic(host)
        return results

    async def close(self) -> None:
        """Nothing is kept."""
