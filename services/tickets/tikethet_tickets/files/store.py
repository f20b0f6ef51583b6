"""The object store: a folder of this machine (``file:///…``) or anything S3-compatible (``s3://bucket/prefix``).

The library's blocking calls run on a few threads of our own: its asynchronous ones answer on threads it never joins,
and one that answers while the process ends takes the process down with an abort.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url
from pydantic import SecretStr

from tikethet_tickets.rules.files import MEBIBYTE

PART: Final = 5 * MEBIBYTE
"""What is gathered before it is sent; S3 takes no smaller parts."""
PIECE: Final = MEBIBYTE
"""What is read, and handed to a thread, at once."""
THREADS: Final = 8

Answer = TypeVar("Answer")


class StoreAway(ConnectionError):
    """The store did not answer, or not as it should."""


class BadStore(Exception):
    """The address of the store cannot be used at all."""


class Missing(Exception):
    """There is no such object."""


def open_store(url: str) -> ObjectStore:
    """The store at ``url``; a folder is made. S3 takes its keys from ``AWS_*``. Raises BadStore."""
    try:
        return from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)
    except (BaseError, OSError, ValueError) as failure:
        raise BadStore(type(failure).__name__) from None


@contextlib.asynccontextmanager
async def opened(url: SecretStr | None) -> "AsyncIterator[Store | None]":
    """The store at ``url``, if one is configured, for as long as this lasts. Raises BadStore."""
    if url is None:
        yield None
        return
    store = Store(open_store(url.get_secret_value()))
    try:
        yield store
    finally:
        store.close()


class Store:
    """Objects by path. Every call raises `StoreAway` when the store is away."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._threads = ThreadPoolExecutor(THREADS, "files")

    def close(self) -> None:
        """Wait for what is under way."""
        self._threads.shutdown()

    async def write(self, path: str, pieces: AsyncIterator[bytes]) -> None:
        """Put what comes at ``path``, never holding more of it than two parts; broken off, it is not there."""
        writer = await self._call(
            partial(obstore.open_writer, self._objects, path, buffer_size=PART, max_concurrency=1)
        )
        gathered = bytearray()
        async for piece in pieces:
            gathered += piece
            if len(gathered) >= PIECE:
                await self._call(partial(writer.write, bytes(gathered)))
                gathered.clear()
        if gathered:
            await self._call(partial(writer.write, bytes(gathered)))
        await self._call(writer.close)

    async def put(self, path: str, content: bytes) -> None:
        """Put something small at ``path``."""
        await self._call(partial(obstore.put, self._objects, path, content))

    async def move(self, path: str, to: str) -> None:
        """Give an object another path, whatever is there already. Raises Missing."""
        await self._call(partial(obstore.rename, self._objects, path, to))

    async def read(self, path: str) -> bytes:
        """The whole of something that fits into memory. Raises Missing."""
        return await self._call(lambda: bytes(obstore.get(self._objects, path).bytes()))

    async def pieces(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``. Raises Missing."""
        for at in range(start, end, PIECE):
            until = min(at + PIECE, end)
            yield bytes(await self._call(partial(obstore.get_range, self._objects, path, start=at, end=until)))

    async def whole(self, path: str) -> AsyncIterator[bytes]:
        """All bytes of an object of any size. Raises Missing."""
        size = (await self._call(partial(obstore.head, self._objects, path)))["size"]
        async for piece in self.pieces(path, 0, size):
            yield piece

    async def delete(self, path: str) -> None:
        """Remove an object, if it is there."""
        with contextlib.suppress(Missing):
            await self._call(partial(obstore.delete, self._objects, path))

    async def probe(self) -> None:
        """Ask for something that is not there: only whether an answer comes counts."""
        with contextlib.suppress(Missing):
            await self._call(partial(obstore.head, self._objects, "probe"))

    async def older(self, prefix: str, than: datetime) -> list[str]:
        """The paths under ``prefix`` that were last written before ``than``."""

        def look() -> list[str]:
            found = obstore.list(self._objects, prefix)
            return [each["path"] for page in found for each in page if each["last_modified"] < than]

        return await self._call(look)

    async def _call(self, work: Callable[[], Answer]) -> Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except FileNotFoundError:
            raise Missing from None
        except (BaseError, OSError) as failure:
            raise StoreAway(type(failure).__name__) from failure
