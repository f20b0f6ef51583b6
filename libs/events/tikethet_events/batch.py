"""Atomic batches: messages that NATS stores all together, right behind a given sequence, or not at all.

nats-py 2.16 cannot do this, and its ``publish_async`` never reports a refusal, so acknowledgements come to an inbox of
our own.
"""

import asyncio
import json
import secrets
from collections.abc import Sequence
from typing import Any, Final, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ConnectionReconnectingError
from nats.errors import Error as NatsError

from tikethet_events.stream import STREAM

MAX_MESSAGES: Final = 1000
_SINGLES: Final = 6
_ACK_S: Final = 10.0
_LOOK_S: Final = 0.25
_BEGUN: Final = "begun"

Outgoing = tuple[str, dict[str, str], bytes]
"""Subject, headers, body."""


class NotStored(Exception):
    """The server refused a batch, or its answer did not say what it should: look at the stream again."""

    def __init__(self, answer: object) -> None:
        super().__init__(f"batch not stored as expected: {answer}")
        self.answer = answer


class Batches:
    """Publishes over one connection; use as an async context manager.

    An atomic batch costs the server some 4 ms however small it is, so a handful of messages goes one by one, each
    after the answer to the one before. (Not pipelined: where the stream is ahead, the first is refused and the second
    fits.)
    """

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self._subscription: Subscription | None = None
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def __aenter__(self) -> Self:
        self._subscription = await self._connection.subscribe(f"{self._inbox}.*.*", cb=self._answered)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._subscription is not None and not self._connection.is_closed:
            try:
                await self._subscription.unsubscribe()
            except NatsError:
                return  # the connection went away with it

    async def publish(self, messages: Sequence[Outgoing], *, after: int) -> None:
        """Store 1 to `MAX_MESSAGES` messages as ``after + 1, …``, and return when they are.

        Raises NotStored, or a nats error or TimeoutError, after which they may be stored or not.
        """
        if len(messages) > _SINGLES:
            await self._store(messages, after)
            return
        for number, message in enumerate(messages):
            await self._store((message,), after + number)

    async def _store(self, messages: Sequence[Outgoing], after: int) -> None:
        if not self._connection.is_connected:
            raise ConnectionReconnectingError
        reconnects = self._connection.stats["reconnects"]
        name = secrets.token_hex(8)
        stored = asyncio.get_running_loop().create_future()
        self._waiting[name] = stored
        try:
            for number, (subject, headers, body) in enumerate(messages, 1):
                more, answered = _control(name, after, number, len(messages))
                reply = f"{self._inbox}.{name}.{answered}" if answered else ""
                await self._connection.publish(subject, body, reply=reply, headers=headers | more)
            await self._settled(stored, reconnects)
        finally:
            del self._waiting[name]

    async def _settled(self, stored: asyncio.Future[None], reconnects: int) -> None:
        """Wait for the answer, but not for one that was lost with its connection."""
        for _ in range(int(_ACK_S / _LOOK_S)):
            done, _pending = await asyncio.wait((stored,), timeout=_LOOK_S)
            if done:
                return await stored
            if not self._connection.is_connected or self._connection.stats["reconnects"] != reconnects:
                raise ConnectionReconnectingError
        raise TimeoutError(f"no answer within {_ACK_S:.0f} s")

    async def _answered(self, message: Msg) -> None:
        name, place = message.subject.rsplit(".", 2)[1:]
        stored = self._waiting.get(name)
        if stored is None or stored.done():
            return
        if place == _BEGUN and not message.data and not message.headers:
            return  # the server keeps the batch and waits for the rest
        answer = _parsed(message)
        if place != _BEGUN and is_ack_of(answer, int(place)):
            stored.set_result(None)
        else:
            stored.set_exception(NotStored(answer))


def _control(name: str, after: int, number: int, count: int) -> tuple[dict[str, str], str]:
    """The headers that make a message number ``number`` of its batch, and the name its answer comes to, if any."""
    headers = {} if count == 1 else {"Nats-Batch-Id": name, "Nats-Batch-Sequence": str(number)}
    if number == 1:
        headers["Nats-Expected-Last-Sequence"] = str(after)
    if 1 < count == number:
        headers["Nats-Batch-Commit"] = "1"
    return headers, str(after + count) if number == count else _BEGUN if number == 1 else ""


def is_ack_of(answer: dict[str, Any], sequence: int) -> bool:
    """Whether an answer says that ``sequence`` is now the stream's last, stored just now.

    The error is looked at first: error answers carry ``"seq":0``, and one carrying both is an error.
    """
    return (
        "error" not in answer
        and answer.get("seq") == sequence
        and not answer.get("duplicate")
        and answer.get("stream") == STREAM
    )


def _parsed(message: Msg) -> dict[str, Any]:
    if not message.data:
        return {"error": message.headers or "an empty answer"}
    try:
        answer = json.loads(message.data)
    except ValueError:
        return {"error": "no JSON"}
    return answer if isinstance(answer, dict) else {"error": "no object"}
