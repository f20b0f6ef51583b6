"""The tickets service over HTTP, asked in a member's name or in the bot's own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

import aiohttp
import msgspec
from msgspec import Struct
from tikethet_events.stream import Message, page_of
from tikethet_service import tracing
from tikethet_service.callers import CallerSigner

from tikethet_bot.rules.incoming import Person
from tikethet_bot.rules.saying import clean

ASK_S: Final = 10.0
PAGE: Final = 500
FETCH_S: Final = 120.0
PIECE: Final = 256 * 1024
"""Bytes; as Telegram takes a file, and small enough for a slow line to carry in the time a call may take."""
NAME_MAX: Final = 200
"""Characters of a file's name."""
TOO_MANY: Final = 429
_AWAY: Final = frozenset({408, 425, 500, 502, 503, 504})
PATIENT_S: Final = 60
"""A limit that is over so soon is waited for: nothing was lost. One that lasts longer is told."""


class Away(Exception):
    """Nothing was decided; ask again, with the same command id."""


class Refusal(Exception):
    """The desk said no. ``detail`` is a line for the person, in their language.

    After ``wait_s`` seconds it will say yes; 0: not by waiting.
    """

    def __init__(self, status: int, code: str, detail: str, wait_s: int = 0) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.wait_s = wait_s


class Joined(Struct, frozen=True):
    """Who somebody is at the desk."""

    id: str
    role: str
    language: str


class Desk:
    """Every call carries a caller token of ``signer``'s service."""

    def __init__(self, http: aiohttp.ClientSession, url: str, signer: CallerSigner) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._signer = signer
        self._timeout = aiohttp.ClientTimeout(total=ASK_S)

    async def ask(self, member_id: str, path: str, params: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> Any:
        """The JSON of a GET on behalf of a member. Raises `Away`, `Refusal`."""
        return await self._send("GET", path, self._signer.token(member_id, "tickets"), params=params)

    async def command(self, member_id: str, key: str, method: str, path: str, body: Any) -> Any:
        """Carry out a command on behalf of a member under the command id ``key``. Raises `Away`, `Refusal`."""
        token = self._signer.token(member_id, "tickets")
        return await self._send(method, path, token, body=body, headers={"Idempotency-Key": key})

    async def own_command(self, language: str, key: str, method: str, path: str, body: Any) -> Any:
        """The same in the bot's own name; a refusal is told in ``language``. Raises `Away`, `Refusal`."""
        headers = {"Idempotency-Key": key, "Accept-Language": language}
        return await self._send(method, path, self._signer.own("tickets"), body=body, headers=headers)

    async def internal(self, method: str, path: str, *, params: Any = (), body: Any = None) -> Any:
        """What only the bot itself asks, or tells. Raises `Away`, `Refusal`."""
        return await self._send(method, f"internal/{path}", self._signer.own("tickets"), body=body, params=params)

    async def name_of(self, member_id: str) -> str:
        """What a member is called; empty when the desk does not say now."""
        try:
            found = await self.ask(member_id, "members/me")
        except (Away, Refusal):
            return ""
        names = " ".join(filter(None, (found["first_name"], found["last_name"])))
        return names or found["username"] or ""

    async def tell_name(self, username: str) -> None:
        """Tell how this bot is called, so that links to it can be made. Raises `Away`, `Refusal`."""
        await self._send("PUT", "internal/bot", self._signer.own("tickets"), body={"username": username})

    async def question(self, member_id: str, path: str, body: Any) -> Any:
        """The JSON that answers a POST which changes nothing. Raises `Away`, `Refusal`."""
        return await self._send("POST", path, self._signer.token(member_id, "tickets"), body=body)

    async def is_note(self, member_id: str, ticket_id: str, message_id: str) -> bool:
        """Whether a message that a member of staff wrote a moment ago is a note. Raises `Away`, `Refusal`."""
        found = await self.ask(member_id, f"tickets/{ticket_id}/messages", {"latest": "true", "size": "100"})
        return any(each["id"] == message_id and each["is_internal"] for each in found["items"])

    async def desk_code(self, member_id: str) -> str:
        """A code that lets a member of staff into a browser, once and within a minute. Raises `Away`, `Refusal`."""
        body = {"member_id": member_id}
        return str((await self._send("POST", "internal/desk-codes", self._signer.own("tickets"), body=body))["code"])

    async def keep_file(self, member_id: str, key: str, filename: str, content: bytes) -> str:
        """Keep a file for a member's next message; its id. Raises `Away`, `Refusal`."""
        form = aiohttp.FormData(quote_fields=False)  # names as they are, not percent-encoded
        name = " ".join(clean(filename).split())[:NAME_MAX] or "file"
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        token = self._signer.token(member_id, "tickets")
        found = await self._send("POST", "files", token, headers={"Idempotency-Key": key}, form=form)
        return str(found["id"])

    async def content(self, member_id: str, file_id: str) -> AsyncIterator[bytes]:
        """A file that a member may see, in pieces of `PIECE` bytes but the last. Raises `Away`, `Refusal`."""
        headers = {"Authorization": f"Bearer {self._signer.token(member_id, 'tickets')}"}
        timeout = aiohttp.ClientTimeout(total=FETCH_S)
        held = bytearray()
        try:
            async with self._http.get(
                f"{self._url}/api/v1/files/{file_id}", headers=headers, timeout=timeout
            ) as answer:
                _accepted(answer.status, b"" if answer.ok else await answer.read())
                async for piece in answer.content.iter_any():
                    held += piece
                    while len(held) >= PIECE:
                        yield bytes(held[:PIECE])
                        del held[:PIECE]
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise Away(type(failure).__name__) from failure
        if held:
            yield bytes(held)

    async def join(self, person: Person) -> Joined:
        """Register somebody, or note what changed about them. Raises `Away`, `Refusal`."""
        body = {
            "telegram_id": person.telegram_id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
            "language": person.language,
        }
        found = await self._send("POST", "internal/members/join", self._signer.own("tickets"), body=body)
        return msgspec.convert(found, Joined)

    async def reached(self, member_id: str, key: str, *, reachable: bool) -> None:
        """Tell whether our messages reach a member, under the command id ``key``. Raises `Away`, `Refusal`."""
        path, headers = f"internal/members/{member_id}/reachable", {"Idempotency-Key": key}
        body = {"reachable": reachable}
        await self._send("POST", path, self._signer.own("tickets"), body=body, headers=headers)

    async def access(self, member_id: str) -> Any:
        """What a member may do, as it is now. Raises `Away`, `Refusal`."""
        return await self._send("GET", f"internal/members/{member_id}/access", self._signer.own("tickets"))

    async def fill(self, after: int, upto: int) -> Sequence[Message]:
        """One page of the log's events in ``(after, upto]``. Raises what `aiohttp` and `msgspec` raise."""
        params = {"after": str(after), "limit": str(min(PAGE, upto - after))}
        headers = {"Authorization": f"Bearer {self._signer.own('tickets')}"}
        url = f"{self._url}/api/v1/events"
        async with self._http.get(url, params=params, headers=headers, timeout=self._timeout) as answer:
            answer.raise_for_status()
            page = page_of(await answer.read())
        return [message for message in page.items if message.position <= upto]

    async def alive(self) -> bool:
        """Whether it answers at all."""
        try:
            async with self._http.get(f"{self._url}/health/live", timeout=self._timeout) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _send(
        self,
        method: str,
        path: str,
        token: str,
        *,
        body: Any = None,
        params: Any = (),
        headers: Any = None,
        form: aiohttp.FormData | None = None,
    ) -> Any:
        headers = {"Authorization": f"Bearer {token}", **tracing.headers(), **(headers or {})}
        url = f"{self._url}/api/v1/{path}"
        try:
            async with self._http.request(
                method, url, json=body, data=form, params=params or None, headers=headers, timeout=self._timeout
            ) as answer:
                content = await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise Away(type(failure).__name__) from failure
        return _accepted(status, content)


def _accepted(status: int, content: bytes) -> Any:
    """What the desk answered. Raises `Away`, `Refusal`."""
    if status in _AWAY:
        raise Away(str(status))
    found = _decoded(content)
    if status < 400:  # noqa: PLR2004 where HTTP's refusals begin
        return found
    facts = found if isinstance(found, dict) else {}
    wait_s = int(facts.get("retry_after", 0))
    if status == TOO_MANY and 0 < wait_s <= PATIENT_S:
        raise Away(str(status))
    raise Refusal(status, str(facts.get("code", "internal")), _why(facts), wait_s)


def _why(facts: dict[str, Any]) -> str:
    """What is wrong with what was said; a chat has no fields to look at, so each says for itself."""
    said = [str(each.get("detail") or "") for each in facts.get("errors", ())]
    return "\n".join(dict.fromkeys(filter(None, said))) or str(facts.get("detail", ""))


def _decoded(content: bytes) -> Any:
    if not content:
        return None
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as failure:
        raise Away("DecodeError") from failure
