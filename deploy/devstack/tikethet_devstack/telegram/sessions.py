"""A client's session: acks, pings, salts, containers around one request in, one answer out."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any, Final

from pyrogram import raw
from pyrogram.raw.core import GzipPacked, MsgContainer, TLObject

from tikethet_devstack.telegram.faults import Faults
from tikethet_devstack.telegram.framing import Abridged, Framing
from tikethet_devstack.telegram.wire import PUSH, REPLY, AuthKey, Clock, Incoming, encrypt

GZIP_FROM: Final = 1024
"""Answers of more bytes go packed, as Telegram's do."""
WRONG_SALT: Final = 48
UNACKNOWLEDGED: Final = 100
"""So many pushes are remembered until they are acknowledged."""

Answer = Callable[["Session", TLObject[Any]], Awaitable[TLObject[Any]]]
"""What the rooms behind give: the answer to one request. Raises RpcFault."""


class RpcFault(Exception):
    """An RPC error with Telegram's own code and message: ``RpcFault(420, "FLOOD_WAIT_3")``."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class Plain(TLObject[Any]):
    """A result that is no object of its own: a Bool or a Vector, as bytes already."""

    QUALNAME = "Plain"

    def __init__(self, data: bytes) -> None:
        self.data = data

    def write(self, *_: Any) -> bytes:
        """The bytes themselves."""
        return self.data


class Session:
    """One session id under one auth key, on the connection it spoke on last."""

    def __init__(self, auth: AuthKey, session_id: bytes, answer: Answer, faults: Faults) -> None:
        self.auth = auth
        self.id = session_id
        self.listens = False
        """Whether it asked where the updates stand, and so is told of new ones (media sessions never do)."""
        self.asked_at: list[float] = []
        """When requests came, by `time.monotonic`."""
        self._answer = answer
        self._faults = faults
        self._clock = Clock()
        self._sent = 0
        self._seen: set[int] = set()
        self.unacknowledged: dict[int, bytes] = {}
        """Pushes that nobody acknowledged yet, by message id."""
        self._writer: asyncio.StreamWriter | None = None
        self._framing: Framing = Abridged()

    def attach(self, writer: asyncio.StreamWriter, framing: Framing) -> None:
        """Speak on this connection from now on."""
        again = self._faults.repeat_pushes and self._writer is not writer
        self._writer, self._framing = writer, framing
        for msg_id, body in list(self.unacknowledged.items()) if again else ():
            self._write(body, msg_id, self._sent * 2 + 1)

    def detach(self, writer: asyncio.StreamWriter) -> None:
        """That connection is gone."""
        if self._writer is writer:
            self._writer = None

    @property
    def connected(self) -> bool:
        """Whether a push would go anywhere."""
        return self._writer is not None and not self._writer.is_closing()

    @property
    def bot_id(self) -> int | None:
        """Who signed in with this auth key."""
        return self.auth.bot_id

    def sign_in(self, bot_id: int) -> None:
        """Every session of this auth key speaks for that bot from now on."""
        self.auth.bot_id = bot_id

    def push(self, updates: TLObject[Any]) -> None:
        """Send what nobody asked for."""
        body = updates.write()
        self.unacknowledged[self._send(body, PUSH, content=True)] = body
        while len(self.unacknowledged) > UNACKNOWLEDGED:
            del self.unacknowledged[next(iter(self.unacknowledged))]

    async def take(self, message: Incoming) -> None:
        """Handle one packet."""
        if message.salt != self.auth.salt:
            self._send(
                raw.types.BadServerSalt(
                    bad_msg_id=message.msg_id,
                    bad_msg_seqno=message.seq_no,
                    error_code=WRONG_SALT,
                    new_server_salt=self.auth.salt,
                ).write(),
                REPLY,
                content=False,
            )
            return
        if not self._seen:
            self._send(
                raw.types.NewSessionCreated(
                    first_msg_id=message.msg_id,
                    unique_id=int.from_bytes(secrets.token_bytes(8), "little", signed=True),
                    server_salt=self.auth.salt,
                ).write(),
                PUSH,
                content=True,
            )
        body = TLObject.read(BytesIO(message.body))
        inner = [(m.msg_id, m.body) for m in body.messages] if isinstance(body, MsgContainer) else None
        for msg_id, query in inner or [(message.msg_id, body)]:
            await self._one(msg_id, query)

    async def _one(self, msg_id: int, query: TLObject[Any]) -> None:
        if msg_id in self._seen:
            return
        self._seen.add(msg_id)
        match query:
            case raw.types.MsgsAck():
                for acknowledged in query.msg_ids:
                    self.unacknowledged.pop(acknowledged, None)
            case raw.functions.Ping() | raw.functions.PingDelayDisconnect():
                # Sequence number 0: clients set their clock by exactly these.
                self._send(raw.types.Pong(msg_id=msg_id, ping_id=query.ping_id).write(), REPLY, content=None)
            case _:
                await self._request(msg_id, query)

    async def _request(self, msg_id: int, query: TLObject[Any]) -> None:
        self.asked_at.append(time.monotonic())
        query = self._unwrapped(query)
        method = query.QUALNAME.removeprefix("functions.")
        planned = self._faults.take_error(method)
        try:
            result = _refusal(RpcFault(*planned)) if planned else await self._answer(self, query)
        except RpcFault as fault:
            result = _refusal(fault)
        if self._faults.take_loss(method):
            return
        if self._faults.latency_s:
            await asyncio.sleep(self._faults.latency_s)
        if len(result.write()) > GZIP_FROM:
            result = GzipPacked(result)
        self._send(raw.types.RpcResult(req_msg_id=msg_id, result=result).write(), REPLY, content=True)

    def _unwrapped(self, query: Any) -> TLObject[Any]:
        wrappers = raw.functions.InvokeWithLayer | raw.functions.InitConnection | raw.functions.InvokeWithoutUpdates
        while isinstance(query, wrappers):
            query = query.query
        found: TLObject[Any] = query
        return found

    def _send(self, body: bytes, kind: int, *, content: bool | None) -> int:
        """Send one message, return its id; `content` counts it (odd), False does not (even), None: number 0."""
        msg_id = self._clock.next(kind)
        self._write(body, msg_id, 0 if content is None else self._sent * 2 + int(content))
        self._sent += int(bool(content))
        return msg_id

    def _write(self, body: bytes, msg_id: int, seq_no: int) -> None:
        writer = self._writer
        if writer is None or writer.is_closing() or self._faults.black_hole:
            return
        writer.write(self._framing.framed(encrypt(body, self.auth, self.id, msg_id, seq_no)))


def _refusal(fault: RpcFault) -> TLObject[Any]:
    return raw.types.RpcError(error_code=fault.code, error_message=fault.message)
