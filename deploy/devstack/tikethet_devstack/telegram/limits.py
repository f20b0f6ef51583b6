"""Telegram's sending limits, as a bot meets them: FLOOD_WAIT when it goes faster."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pyrogram import raw

from tikethet_devstack.telegram.sessions import RpcFault


@dataclass
class Bucket:
    """`burst` at once, then `rate` a second."""

    rate: float
    burst: float
    left: float = field(init=False)
    at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.left = self.burst

    def wait(self, now: float, count: int = 1) -> float:
        """Seconds until there is room for one more; takes `count` when that is 0."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= count
            return 0.0
        return (1 - self.left) / self.rate


class Limits:
    """Off until `enforced`; a chat can also be made to wait by hand (`flood`)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.enforced = False
        self.refused = 0
        self._clock = clock
        self._until: dict[int, float] = {}
        self._all = Bucket(rate=30, burst=30)
        self._chats: dict[int, Bucket] = {}

    def flood(self, chat_id: int, seconds: float) -> None:
        """Answer FLOOD_WAIT in this chat for so long."""
        self._until[chat_id] = self._clock() + seconds

    def spend(self, peer: Any, count: int = 1) -> None:
        """Count messages (or changes) in a chat; an album goes as a whole. Raises RpcFault FLOOD_WAIT_n."""
        now = self._clock()
        person = isinstance(peer, raw.types.PeerUser)
        chat_id: int = getattr(peer, "user_id" if person else "channel_id")
        wait = self._until.get(chat_id, 0) - now
        if self.enforced and wait <= 0:
            bucket = self._chats.setdefault(chat_id, Bucket(1, 5) if person else Bucket(20 / 60, 20))
            wait = bucket.wait(now, count) or self._all.wait(now, count)
        if wait > 0:
            self.refused += 1
            raise RpcFault(420, f"FLOOD_WAIT_{math.ceil(wait)}")
