"""What notify asks the tickets service over HTTP, in its own name: old events and members' standing."""

from collections.abc import Sequence

import aiohttp
import msgspec
from tikethet_events.stream import Message, page_of
from tikethet_service.callers import CallerSigner

from tikethet_notify.members import NoSuchMember, Standing, Unreachable

PAGE = 500
LAST = 2**62
ASK_SECONDS = 10.0
NOT_FOUND = 404


class _Access(msgspec.Struct, frozen=True):
    role: str
    blocked: bool
    language: str


class TicketsOverHttp:
    """The tickets service; every question carries a caller token of ``signer``'s service."""

    def __init__(self, http: aiohttp.ClientSession, url: str, signer: CallerSigner) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._signer = signer
        self._timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)

    async def fill(self, after: int, upto: int) -> Sequence[Message]:
        """One page of the log's messages in ``(after, upto]``; raises what `aiohttp` and `msgspec` raise."""
        query = {"after": str(after), "limit": str(min(PAGE, upto - after))}
        async with self._get("/api/v1/events", query) as answer:
            answer.raise_for_status()
            page = page_of(await answer.read())
        return [message for message in page.items if message.position <= upto]

    async def log_head(self) -> int:
        """How far the log is now; raises `Unreachable`."""
        # Behind the last position there can be: an answer without events, which costs no more than the head.
        query = {"after": str(LAST), "limit": "1"}
        try:
            async with self._get("/api/v1/events", query) as answer:
                answer.raise_for_status()
                return int(answer.headers["Tikethet-Position"])
        except (aiohttp.ClientError, TimeoutError, OSError, KeyError) as failure:
            raise Unreachable from failure

    async def standing(self, member_id: str) -> Standing:
        """A member's standing. Raises `NoSuchMember` or `Unreachable`."""
        try:
            async with self._get(f"/api/v1/internal/members/{member_id}/access") as answer:
                if answer.status == NOT_FOUND:
                    raise NoSuchMember
                answer.raise_for_status()
                access = msgspec.json.decode(await answer.read(), type=_Access)
                position = int(answer.headers.get("Tikethet-Position", "0"))
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError) as failure:
            raise Unreachable from failure
        return Standing(access.role, access.blocked, access.language, position)

    async def alive(self) -> bool:
        """Whether it answers at all."""
        try:
            async with self._http.get(f"{self._url}/health/live", timeout=self._timeout) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def _get(self, path: str, query: dict[str, str] | None = None) -> "aiohttp.client._RequestContextManager":
        headers = {"Authorization": f"Bearer {self._signer.own('tickets')}"}
        return self._http.get(self._url + path, params=query, headers=headers, timeout=self._timeout)
