"""The messages of one pull consumer as they come, in order.

nats-py's own ``fetch`` waits for a whole batch once the first message is there, hangs over a server restart and loses
what it had when cancelled. This keeps one request open at the server, hands out at once what arrives and notices
silence by heartbeats; `next` may be cancelled at any time.
"""

import asyncio
import json
import time
from collections import deque
from types import TracebackType
from typing import Final, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.api import StatusCode

from tikethet_events.bus import heed_cancellation

_EXPIRES_S: Final = 20.0
_HEARTBEAT_S: Final = 1.0
_SILENCE_S: Final = 5.0


class Interrupted(Exception):
    """Messages may have been missed: look at the stream again and open a new pull."""


class Pull:
    """One consumer's messages; use as an async context manager.

    ``batch`` bounds what may be on its way to this process at a time.
    """

    def __init__(self, connection: Client, prefix: str, stream: str, consumer: str, *, batch: int = 256) -> None:
        self._connection = connection
        self._subject = f"{prefix}.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._batch = batch
        self._inbox = connection.new_inbox()
        self._arrived: deque[Msg] = deque()
        self._news = asyncio.Event()
        self._subscription: Subscription | None = None
        self._reconnects = connection.stats["reconnects"]
        self._outstanding = 0
        self._heard_at = 0.0

    async def __aenter__(self) -> Self:
        self._subscription = await self._connection.subscribe(self._inbox, cb=self._arrive)
        await self._request()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._subscription is not None and not self._connection.is_closed:
            try:
                await self._subscription.unsubscribe()
            except NatsError:
                return  # the connection went away with it

    async def next(self, quiet_s: float) -> list[Msg]:
        """What has arrived, in order; empty after ``quiet_s`` seconds without a message. Raises `Interrupted`."""
        until = time.monotonic() + quiet_s
        while True:
            heed_cancellation()
            messages = self._take()
            if self._outstanding <= 0:
                await self._request()
            if messages or time.monotonic() >= until:
                return messages
            self._check()
            self._news.clear()
            try:
                async with asyncio.timeout(min(0.25, max(until - time.monotonic(), 0.001))):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _arrive(self, message: Msg) -> None:
        self._arrived.append(message)
        self._heard_at = time.monotonic()
        self._news.set()

    def _take(self) -> list[Msg]:
        messages: list[Msg] = []
        while self._arrived:
            message = self._arrived.popleft()
            status = message.headers.get("Status") if message.headers and not message.data else None
            if status is None:
                messages.append(message)
                self._outstanding -= 1
            elif status == StatusCode.REQUEST_TIMEOUT:
                self._outstanding = 0
            elif status != StatusCode.CONTROL_MESSAGE:
                if messages:  # hand out what came before; the bad news is heard at the next call
                    self._arrived.appendleft(message)
                    break
                raise Interrupted(f"{status} {(message.headers or {}).get('Description', '')}")
        return messages

    def _check(self) -> None:
        if self._connection.is_closed or self._connection.stats["reconnects"] != self._reconnects:
            raise Interrupted("the connection was lost")
        if time.monotonic() - self._heard_at > _SILENCE_S:
            raise Interrupted(f"nothing heard for {_SILENCE_S:.0f} s")

    async def _request(self) -> None:
        self._outstanding = self._batch
        self._heard_at = time.monotonic()
        request = {
            "batch": self._batch,
            "expires": int(_EXPIRES_S * 1e9),
            "idle_heartbeat": int(_HEARTBEAT_S * 1e9),
        }
        try:
            await self._connection.publish(self._subject, json.dumps(request).encode(), reply=self._inbox)
        except NatsError as error:
            raise Interrupted(str(error)) from error
