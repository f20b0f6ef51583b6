"""The Telegram session, sealed in the bot's schema: an auth key is as good as the token.

The key comes from the service's own secret; with another one the bot signs in anew, which costs nothing.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from pyrogram.storage.sqlite_storage import SQLiteStorage

from tikethet_bot.store import Pool

_NONCE: Final = 12


class Kept(Struct, frozen=True):
    """What a session needs to live again."""

    dc_id: int
    server_address: str
    port: int
    api_id: int
    auth_key: bytes
    user_id: int


class Memory(SQLiteStorage):
    """The library's storage, in memory only, beginning with a session that was kept."""

    def __init__(self, kept: Kept | None) -> None:
        super().__init__("bot", workdir=Path("/nonexistent"), in_memory=True)
        self._kept = kept

    async def open(self) -> None:
        """Make it and fill it in."""
        await super().open()  # type: ignore[no-untyped-call]  # the library has no types
        if self._kept is not None:
            await self.dc_id(self._kept.dc_id)
            await self.server_address(self._kept.server_address)
            await self.port(self._kept.port)
            await self.api_id(self._kept.api_id)
            await self.test_mode(False)  # noqa: FBT003 the library's way
            await self.auth_key(self._kept.auth_key)
            await self.user_id(self._kept.user_id)
            await self.is_bot(True)  # noqa: FBT003 same

    async def forget(self) -> None:
        """Close it, if it was opened."""
        if self._conn is not None:
            await self.close()  # type: ignore[no-untyped-call]  # the library has no types
            self._conn = None

    async def kept(self) -> Kept:
        """What is to be kept of it."""
        return Kept(
            await self.dc_id(),
            await self.server_address(),
            await self.port(),
            await self.api_id(),
            await self.auth_key(),
            await self.user_id(),
        )


class Sessions:
    """Seals and unseals the session of one bot with a key made of ``secret``."""

    def __init__(self, pool: Pool, bot_id: int, secret: bytes) -> None:
        self._pool = pool
        self._bot_id = bot_id
        self._cipher = AESGCM(hashlib.sha256(b"tikethet bot session\0" + secret).digest())
        self._about = f"session {bot_id}".encode()

    async def load(self) -> Kept | None:
        """The session, if there is one that this key opens."""
        sealed = await self._pool.fetchval("SELECT sealed FROM bot.session WHERE bot_id = $1", self._bot_id)
        if sealed is None:
            return None
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._about)
        except InvalidTag:
            return None  # sealed with another key: sign in anew
        return msgspec.msgpack.decode(plain, type=Kept)

    async def save(self, kept: Kept) -> None:
        """Keep it for the next start."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.msgpack.encode(kept), self._about)
        await self._pool.execute(
            "INSERT INTO bot.session VALUES ($1, $2) ON CONFLICT (bot_id) DO UPDATE SET sealed = excluded.sealed",
            self._bot_id,
            sealed,
        )

    async def forget(self) -> None:
        """It is of no use any more."""
        await self._pool.execute("DELETE FROM bot.session WHERE bot_id = $1", self._bot_id)
