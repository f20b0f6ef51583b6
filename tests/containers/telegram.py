"""In a container of its own: the local Telegram, for the bot of another container; the chat page stays inside.

`python telegram.py DIRECTORY TOKEN`. What people type comes in through `docker compose exec` (`Installation.types`).
"""

import asyncio
import sys
from pathlib import Path

from tikethet_devstack.telegram.__main__ import serve

DOOR, INSIDE, PAGE = 4430, 4431, 4432


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction, until it ends."""
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """From the network of the containers to the loopback that the local Telegram listens on."""
    try:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", INSIDE)
    except OSError:
        writer.close()
        return
    await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))


async def main() -> None:
    """Until told to stop."""
    async with await asyncio.start_server(carry, "0.0.0.0", DOOR):  # noqa: S104 - in its container's networks
        await serve(Path(sys.argv[1]), INSIDE, PAGE, sys.argv[2])


if __name__ == "__main__":
    asyncio.run(main())
