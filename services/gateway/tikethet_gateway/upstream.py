"""The one HTTP client to the other services: bounded times, and failures told as problems."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from tikethet_service import tracing
from tikethet_service.problems import Problem

RETRY_AFTER = {"Retry-After": "1"}
KEEP_ALIVE_S = 30
"""Shorter than our services keep idle connections (`run.serve`), so that none closes under a request."""


CONNECTIONS_MAX = 512
"""Requests on their way to other services at the same time; more of them queue."""


def open_client(*, connect_s: float, idle_s: float, most: int) -> aiohttp.ClientSession:
    """A client that adds nothing of its own: no cookies, no redirects, no unpacking, no proxy from the environment.

    It opens up to ``most`` connections, 0 for any number. A socket holds one for as long as it is open.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=most, keepalive_timeout=KEEP_ALIVE_S, ttl_dns_cache=10),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_s, sock_read=idle_s),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )


class Upstream:
    """Asks other services; every failure to get an answer is a `Problem`."""

    def __init__(self, client: aiohttp.ClientSession, *, answer_s: float) -> None:
        self.client = client
        self.answer_s = answer_s

    @asynccontextmanager
    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], json: Mapping[str, object] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One small question; raises ``Problem`` ``unavailable``, ``upstream_failed`` or ``upstream_timeout``."""
        try:
            async with asyncio.timeout(self.answer_s):
                async with self.client.request(method, url, headers=headers, json=json) as answer:
                    yield answer
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise problem_of(failure) from None

    def trace_headers(self) -> dict[str, str]:
        """What tells the other service which request this belongs to."""
        return tracing.headers()


def problem_of(failure: Exception) -> Problem:
    """What a failure to reach a service or to hear from it means for the caller."""
    facts: dict[str, Any] = {"headers": RETRY_AFTER}
    match failure:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Problem("unavailable", **facts)
        case TimeoutError():
            return Problem("upstream_timeout", **facts)
        case _:
            return Problem("upstream_failed", **facts)
