"""How fast the bot may write, by Telegram's limits: one bucket for all, one per chat, pauses per chat."""

from typing import Final

from msgspec import Struct

ALL: Final = (25.0, 25.0)
CHAT: Final = (1.0, 3.0)
GROUP: Final = (18 / 60, 5.0)
_FORGET_ABOVE: Final = 10_000


class Bucket(Struct):
    """``burst`` at once, then ``rate`` a second."""

    rate: float
    burst: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is room; 0 when there is."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.rate

    def take(self) -> None:
        """Use one."""
        self.left -= 1


class Pace:
    """All limits together. ``now`` is any clock that only goes forward, in seconds."""

    def __init__(self) -> None:
        self._all = _bucket(ALL, 0)
        self._chats: dict[int, Bucket] = {}
        self._until: dict[int, float] = {}

    def chat_wait(self, chat_id: int, now: float) -> float:
        """Seconds until this chat may be written to, the others aside."""
        paused = self._until.get(chat_id, 0) - now
        if paused > 0:
            return paused
        return self._chat(chat_id, now).wait(now)

    def all_wait(self, now: float) -> float:
        """Seconds until anything may be sent."""
        return self._all.wait(now)

    def take(self, chat_id: int, now: float) -> None:
        """One message goes to this chat."""
        self._all.take()
        self._chat(chat_id, now).take()

    def pause(self, chat_id: int, until: float) -> None:
        """Telegram wants this chat left alone until then."""
        self._until[chat_id] = max(until, self._until.get(chat_id, 0))

    def resume(self, chat_id: int) -> None:
        """The chat need not be left alone any longer."""
        self._until.pop(chat_id, None)

    def _chat(self, chat_id: int, now: float) -> Bucket:
        found = self._chats.get(chat_id)
        if found is None:
            if len(self._chats) > _FORGET_ABOVE:
                self._forget(now)
            found = self._chats[chat_id] = _bucket(CHAT if chat_id > 0 else GROUP, now)
        return found

    def _forget(self, now: float) -> None:
        """Drop what is full or over: it says nothing any more."""
        self._chats = {chat: each for chat, each in self._chats.items() if each.wait(now) or each.left < each.burst}
        self._until = {chat: until for chat, until in self._until.items() if until > now}


def _bucket(limit: tuple[float, float], now: float) -> Bucket:
    rate, burst = limit
    return Bucket(rate, burst, burst, now)
