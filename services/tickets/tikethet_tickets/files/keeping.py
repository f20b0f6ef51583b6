"""Files from upload to oblivion.

An object is put at ``uploads/…`` while it comes and moved to ``blobs/<hash>`` when it is whole; its row in
``tickets.blobs`` is locked during the move and during the removal, so that the two never meet.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final, TypeAlias

import asyncpg
from tikethet_events.errors import KeyReused, Overloaded, Refused
from tikethet_events.word import MemberId

from tikethet_tickets.files import kinds, previews
from tikethet_tickets.files.store import Missing, Store, StoreAway
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries.files import File, file_by_id, waiting
from tikethet_tickets.rules.files import COLLECTED_AFTER, PREVIEWED, WAITING_MAX, Limits, clean_name

AT_ONCE: Final = 12
"""How many files one process takes in at the same time; each holds about ten megabytes."""
PREVIEWS_AT_ONCE: Final = 1
"""Each may need a hundred megabytes."""
COLLECTED_AT_ONCE: Final = 500

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


class TooLarge(Exception):
    """The file is larger than files of its kind may be; ``limit`` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class Files:
    """Keeps files in ``store`` and their rows in ``pool``; without a store every call raises `StoreAway`."""

    def __init__(self, pool: Pool, store: Store | None, limits: Limits, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._store = store
        self.limits = limits
        self._now = now
        self._under_way = 0
        self._looking = asyncio.Semaphore(PREVIEWS_AT_ONCE)

    @property
    def store(self) -> Store:
        """Where content is. Raises `StoreAway` when none is configured."""
        if self._store is None:
            raise StoreAway("FILES_URL is not set")
        return self._store

    @property
    def configured(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    async def may_keep(self, member_id: MemberId) -> None:
        """Raise `Refused` ``rate_limited`` when too many files of this member wait already."""
        if await waiting(self._pool, member_id, self._now() - COLLECTED_AFTER) >= WAITING_MAX:
            raise Refused("rate_limited")

    async def keep(self, file_id: str, member_id: MemberId, filename: str, pieces: AsyncIterator[bytes]) -> File:
        """Take one file in, as it comes; the same ``file_id`` with the same content again changes nothing.

        Raises `TooLarge`, `StoreAway`, `Overloaded`, `KeyReused`, and `Refused` for an empty file.
        """
        if self._under_way >= AT_ONCE:
            raise Overloaded(self._under_way)
        self._under_way += 1
        upload = f"uploads/{new_id()}"  # not the file's: the same may come twice at once
        try:
            incoming = _Incoming(pieces, self.limits)
            await self.store.write(upload, incoming.checked())
            return await self._enter(upload, file_id, member_id, clean_name(filename), incoming)
        finally:
            self._under_way -= 1

    async def _enter(
        self, upload: str, file_id: str, member_id: MemberId, filename: str, incoming: "_Incoming"
    ) -> File:
        now, digest = self._now(), incoming.hash.digest()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                """
                INSERT INTO tickets.blobs VALUES ($1, $2, $3, $4)
                ON CONFLICT (hash) DO UPDATE SET stored_at = excluded.stored_at
                """,
                *(digest, incoming.size, incoming.content_type, now),
            )
            await self.store.move(upload, blob_path(digest.hex()))
            await connection.execute(
                """
                INSERT INTO tickets.files (id, uploader_id, hash, filename, uploaded_at)
                VALUES ($1::uuid, $2::uuid, $3, $4, $5) ON CONFLICT (id) DO NOTHING
                """,
                *(file_id, member_id, digest, filename, now),
            )
        kept = await file_by_id(self._pool, file_id)
        if kept is None:
            raise Refused("not_found")  # forgotten in the same moment
        if (kept.hash, kept.uploader_id) != (digest.hex(), member_id):
            raise KeyReused(file_id)
        return kept

    def content(self, file: File, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to ``end``. Raises `Missing` and `StoreAway` as it goes."""
        return self.store.pieces(blob_path(file.hash), start, end)

    async def preview(self, file: File) -> bytes:
        """The file as a small WebP, made once. Raises `Refused` ``not_found`` where there is no picture in it."""
        if file.content_type not in PREVIEWED:
            raise Refused("not_found")
        try:
            return await self.store.read(_preview(file.hash))
        except Missing:
            pass
        async with self._looking:
            try:
                content = await self.store.read(blob_path(file.hash))
                made = await asyncio.to_thread(previews.preview, content)
            except (Missing, previews.NoPicture):
                raise Refused("not_found") from None
            await self._keep_preview(file, made)
        return made

    async def _keep_preview(self, file: File, made: bytes) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            # Not behind the back of somebody who removes the content: nobody would ever remove the preview then.
            if not await connection.fetchval(
                "SELECT true FROM tickets.blobs WHERE hash = decode($1, 'hex') FOR KEY SHARE", file.hash
            ):
                raise Refused("not_found")
            await self.store.put(_preview(file.hash), made)

    async def collect(self) -> int:
        """Remove files that never became part of a message, and content that no file refers to; how much content.

        Safe at any time and beside others doing the same; what it does not finish, the next time finds again.
        """
        since = self._now() - COLLECTED_AFTER
        await self._pool.execute("DELETE FROM tickets.files WHERE ticket_id IS NULL AND uploaded_at < $1", since)
        rows = await self._pool.fetch(
            """
            SELECT hash FROM tickets.blobs b WHERE NOT EXISTS (SELECT FROM tickets.files f WHERE f.hash = b.hash)
            LIMIT $1
            """,
            COLLECTED_AT_ONCE,
        )
        removed = sum([await self._remove(row[0]) for row in rows])
        for upload in await self.store.older("uploads", since):
            await self.store.delete(upload)
        return removed

    async def _remove(self, digest: bytes) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT FROM tickets.blobs WHERE hash = $1 FOR UPDATE", digest)
            # Asked only now: whoever sent the same content meanwhile has committed, or waits for this row.
            if await connection.fetchval("SELECT EXISTS (SELECT FROM tickets.files WHERE hash = $1)", digest):
                return False
            await self.store.delete(_preview(digest.hex()))
            await self.store.delete(blob_path(digest.hex()))
            return await connection.execute("DELETE FROM tickets.blobs WHERE hash = $1", digest) == "DELETE 1"


class _Incoming:
    """A file on its way in: counted, hashed, and recognised by its beginning."""

    def __init__(self, pieces: AsyncIterator[bytes], limits: Limits) -> None:
        self._pieces = pieces
        self._limits = limits
        self.hash = hashlib.sha256()
        self.size = 0
        self.content_type = ""

    async def checked(self) -> AsyncIterator[bytes]:
        """The pieces again. Raises `TooLarge`, and `Refused` for an empty file."""
        head, limit = b"", self._limits.most
        async for piece in self._pieces:
            self.size += len(piece)
            self.hash.update(piece)
            if len(head) < kinds.HEAD:
                head += piece[: kinds.HEAD - len(head)]
                self.content_type = kinds.content_type(head)
                limit = self._limits.of(self.content_type)
            if self.size > limit:
                raise TooLarge(limit)
            yield piece
        if not self.size:
            raise Refused("invalid", field="file", reason="blank")


def blob_path(digest: str) -> str:
    """Where content with this SHA-256 (hex) lies in the store."""
    return f"blobs/{digest[:2]}/{digest}"


def _preview(digest: str) -> str:
    return f"previews/{digest[:2]}/{digest}"
