"""The library's client with everything taken out that loses updates, guesses or writes files."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha1
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Struct
from pyrogram import Client, raw
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.errors import RPCError, Unauthorized, rpc_error
from pyrogram.session.session import AuthKeyNotFound, SessionState

from tikethet_bot.rules.proxy import Proxy
from tikethet_bot.telegram.proxies import for_library
from tikethet_bot.telegram.session import Memory

P = ParamSpec("P")
T = TypeVar("T")

CALL_S: Final = 6.0
"""So long one call may take; then it is asked again, which is harmless."""

# The library appends to unknown_errors.txt in the working directory whenever Telegram has a new error name.
setattr(rpc_error, "Path", lambda _name: Path(os.devnull))  # noqa: B010  the type checker knows it as a class


class Revoked(Exception):
    """Telegram does not know this session any more."""


class Unreachable(Exception):
    """No answer; asking again is all one can do."""


class Account(Struct, frozen=True, kw_only=True):
    """Who the bot is, and where its Telegram stands (the real one, unless a test names another)."""

    api_id: int
    api_hash: str
    token: str
    proxy: Proxy | None = None
    test_server: tuple[str, int] | None = None

    @property
    def bot_id(self) -> int:
        """The number in front of the token's colon."""
        return int(self.token.partition(":")[0])


class BotClient(Client):
    """Hands every update to ``hear`` as it came, without dispatcher, cache or guesses.

    ``allowed`` is asked right before every call: no two processes may use the session.
    """

    def __init__(
        self, account: Account, storage: Memory, hear: Callable[[Any], None], allowed: Callable[[], bool]
    ) -> None:
        factory = _other_server(account.test_server) if account.test_server else _Straight
        super().__init__(
            "bot",
            api_id=account.api_id,
            api_hash=account.api_hash,
            storage_engine=storage,
            proxy=for_library(account.proxy) if account.proxy is not None else None,
            workers=1,
            skip_updates=False,
            sleep_threshold=0,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
            app_version="TiketHet",
            device_model="server",
            connection_factory=factory,
            loop=asyncio.get_running_loop(),
        )
        self._hear = hear
        self._allowed = allowed
        self.memory = storage

    async def handle_updates(self, updates: Any) -> None:
        """Called by the session for everything that is no answer."""
        self._hear(updates)

    async def call(self, query: Any, *, timeout_s: float = CALL_S) -> Any:
        """Ask Telegram once. Raises RPCError (FloodWait among them), `Revoked`, `Unreachable`."""
        if not self._allowed():
            raise Unreachable("NotOurTurn")
        try:
            session: Any = self.session
            async with asyncio.timeout(timeout_s):
                await session.is_started.wait()
            answer = await session.send(query, timeout=timeout_s)
        except Unauthorized as failure:
            raise Revoked(failure.ID) from failure
        except RPCError:
            raise
        except (OSError, AttributeError, RuntimeError) as failure:  # the library's ways to say "not connected"
            raise Unreachable(type(failure).__name__) from failure
        if answer is None or isinstance(answer, raw.types.BadMsgNotification):
            raise Unreachable("BadMsgNotification")
        return answer

    @property
    def connected(self) -> bool:
        """Whether its session stands right now."""
        return self.session is not None and self.session.is_started.is_set()

    @property
    def dead(self) -> bool:
        """Whether the session broke for good: the library then waits for ever instead of saying so."""
        session = self.session
        task = session.recv_task if session is not None else None
        if task is None or not task.done() or task.cancelled():
            return False
        return isinstance(task.exception(), AuthKeyNotFound)

    async def end(self) -> None:
        """Close everything, in whatever state it is."""
        session: Any = self.session
        if session is not None:
            session._must_stay_stopped = True  # noqa: SLF001  its stop() does nothing in some states
            try:
                async with asyncio.timeout(5):
                    if session.state is SessionState.STOPPING:
                        await session.connection.close()
                    else:
                        await session.stop()
            except (AuthKeyNotFound, OSError, RPCError, AttributeError):
                pass
        await self.memory.forget()
        self.executor.shutdown(wait=False)


def trust(key_file: Path) -> None:
    """Take another server's RSA key (a PEM file) for Telegram's."""
    key = load_pem_public_key(key_file.read_bytes())
    if not isinstance(key, RSAPublicKey):
        raise TypeError("no RSA key")
    numbers = key.public_numbers()
    content = _tl_bytes(numbers.n) + _tl_bytes(numbers.e)
    fingerprint = int.from_bytes(sha1(content).digest()[-8:], "little", signed=True)  # noqa: S324 the protocol's way
    rsa.server_public_keys[fingerprint] = rsa.PublicKey(numbers.n, numbers.e)


def _tl_bytes(number: int) -> bytes:
    return bytes(raw.core.Bytes(number.to_bytes((number.bit_length() + 7) // 8, "big")))


class _AtOnce(ThreadPoolExecutor):
    """Runs what it is given where it is given: a packet is encrypted in less time than it takes to wake a thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Any:
        """What came of it, as a future of the loop, which whoever awaits it need not wait for."""
        done = asyncio.get_running_loop().create_future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as failure:  # noqa: BLE001  whoever awaits it is told
            done.set_exception(failure)
        return done


class _Straight(Connection):
    async def connect(self) -> None:
        await super().connect()
        if self.protocol is not None:
            self.protocol.crypto_executor = _AtOnce()


def _other_server(address: tuple[str, int]) -> type[Any]:
    host, port = address

    class Elsewhere(_Straight):
        def __init__(self, **given: Any) -> None:
            super().__init__(**(given | {"server_address": host, "port": port}))

    return Elsewhere
