"""The door of NATS: the server asks here who a program outside is, and is told whose connections to cut."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from tikethet_events.bus import heed_cancellation, renewing
from tikethet_events.errors import Refused
from tikethet_events.lease import DATABASE_TROUBLE

from tikethet_tickets.queries.accounts import enter, user_name, welcome_users
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.subscribers.consumers import rights
from tikethet_tickets.subscribers.passes import ACCOUNT, Knock, Passes, knock_of

KNOCKS: Final = "$SYS.REQ.USER.AUTH"
ENDINGS: Final = ("tikethet.events.*.*.AccountRevoked", "tikethet.events.*.*.AccountRotated")
CONNECTIONS: Final = f"$SYS.REQ.ACCOUNT.{ACCOUNT}.CONNZ"
LOOK_S: Final = 15.0
"""Seconds between two looks at who is connected: a replaced token ends by the clock, and word of an end may be lost."""
_QUIET_S: Final = 0.5
"""After this long no other server of the cluster answers."""
_AT_A_TIME: Final = 10_000

_log = structlog.get_logger("tikethet.tickets.door")


class _Connection(Struct, frozen=True):
    cid: int
    authorized_user: str = ""


class _Connections(Struct, frozen=True):
    server_id: str
    connections: tuple[_Connection, ...] = ()


class _Connz(Struct, frozen=True):
    data: _Connections | None = None


class Door:
    """Answers the server's questions, from every replica that runs; ``token_hash`` is what a token is kept as."""

    def __init__(
        self,
        reader: Reader,
        passes: Passes,
        open_nats: Callable[[], Awaitable[Client]],
        token_hash: Callable[[str], str],
    ) -> None:
        self._reader = reader
        self._passes = passes
        self._open = open_nats
        self._token_hash = token_hash
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Stand there until cancelled; waits for a server that is away."""
        await renewing(self._open, self._stand, _stuck)

    async def _stand(self, connection: Client) -> None:
        async def answer(message: Msg) -> None:
            try:
                knock = knock_of(message.data)
            except ValueError:
                return  # nothing of the server's
            await message.respond(await self._decided(knock))

        async def ended(_message: Msg) -> None:
            self._ended.set()

        await connection.subscribe(KNOCKS, queue="tikethet-door", cb=answer)
        for subject in ENDINGS:
            await connection.subscribe(subject, cb=ended)
        while True:
            heed_cancellation()
            self._ended.clear()
            try:
                await self._cut(connection)
            except (NatsError, OSError, TimeoutError, *DATABASE_TROUBLE) as failure:
                _log.debug("who is connected cannot be asked", error=type(failure).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._ended.wait()

    async def _decided(self, knock: Knock) -> bytes:
        try:
            came_with = self._token_hash(knock.token)
            account = (await enter(self._reader, came_with)).account
        except Refused as refused:
            return self._passes.refusal(knock, refused.code)
        except DATABASE_TROUBLE:
            return self._passes.refusal(knock, "unavailable")
        if "events" not in account.calls:
            return self._passes.refusal(knock, "out_of_scope")
        publish, subscribe = rights(account.id)
        name = user_name(account.id, came_with)
        return self._passes.welcome(knock, name, publish=publish, subscribe=subscribe)

    async def _cut(self, connection: Client) -> None:
        """End the connections of everybody who is not let in any more."""
        found = await _connections(connection)
        users = {each.authorized_user for server in found for each in server.connections}
        if not users:
            return
        gone = users - await welcome_users(self._reader, sorted(users))
        for server in found:
            for each in server.connections:
                if each.authorized_user in gone:
                    body = json.dumps({"cid": each.cid}).encode()
                    await connection.request(f"$SYS.REQ.SERVER.{server.server_id}.KICK", body, timeout=2)
                    _log.info(
                        "the connection of an account that is let in no more was cut", account=each.authorized_user
                    )


async def _connections(connection: Client) -> list[_Connections]:
    """What every server of the cluster says."""
    inbox = connection.new_inbox()
    answers: asyncio.Queue[bytes] = asyncio.Queue()

    async def heard(message: Msg) -> None:
        answers.put_nowait(message.data)

    subscription = await connection.subscribe(inbox, cb=heard)
    question: dict[str, Any] = {"auth": True, "limit": _AT_A_TIME}
    found: list[_Connections] = []
    try:
        await connection.publish(CONNECTIONS, json.dumps(question).encode(), reply=inbox)
        while True:
            async with asyncio.timeout(_QUIET_S):
                data = await answers.get()
            with contextlib.suppress(msgspec.DecodeError):  # "no responders" of a server that is not configured so
                answer = msgspec.json.decode(data, type=_Connz)
                if answer.data is not None:
                    found.append(answer.data)
    except TimeoutError:
        return found
    finally:
        if connection.is_connected:
            await subscription.unsubscribe()


def _stuck(reason: str) -> None:
    _log.warning("the door opens another connection", reason=reason)
