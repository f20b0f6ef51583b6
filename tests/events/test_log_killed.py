"""kill -9 of a writing process in the middle: everything it acknowledged is there, and what is there is whole."""

import asyncio
import signal
import sys
from collections.abc import Callable

import asyncpg
from tikethet_events.chain import verify
from tikethet_events.envelope import Recorded
from tikethet_events.log import Append, Log

WRITER = """
import asyncio, sys
import asyncpg
from tikethet_events.envelope import Metadata
from tikethet_events.log import Append, Log, Write
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import MessagePosted

async def talk(log, name, number):
    version = 0
    while True:
        event = MessagePosted(message_id=str(version), author_id="somebody", content="text")
        write = Write(stream_id=f"ticket-{name}-{number}", expected=version, events=(event,), owner="somebody")
        command = f"{name}/{number}/{version}"
        done = await log.append(Append(caller="somebody", command_id=command, fingerprint=b"", writes=(write,),
                                       metadata=Metadata(actor="somebody")))
        version = done.version
        print(done.position, write.stream_id, done.version, done.recorded[0].event_id, flush=True)

async def main():
    async with asyncpg.create_pool(sys.argv[1], min_size=1, max_size=4) as pool:
        async with Log(pool, Keyring(b"a secret of at least thirty-two bytes")) as log:
            await asyncio.gather(*(talk(log, sys.argv[2], number) for number in range(16)))

asyncio.run(main())
"""


async def _write_until_killed(database: str, name: str, after: int) -> list[str]:
    """Start a writer, kill it once it acknowledged `after` appends; everything it acknowledged."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, database, name, stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    lines = [await writer.stdout.readline() for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    rest = await writer.stdout.read()
    await writer.wait()
    whole = b"".join(lines) + rest
    return whole[: whole.rfind(b"\n")].decode().splitlines()


async def test_what_was_acknowledged_before_a_kill_is_there(
    database: str, pool: "asyncpg.Pool[asyncpg.Record]", log: Log, post: Callable[..., Append]
) -> None:
    acknowledged: list[str] = []
    for round_, after in enumerate((5, 60, 200)):
        acknowledged += await _write_until_killed(database, f"w{round_}", after)
        # The server may still be finishing what the dead writer sent last; the head row tells when it has.
        await log.append(post(f"ticket-after-{round_}", 0, "x"))

    # What the last writer sent as it died may still come between the two; then both look again.
    stored: dict[int, Recorded] = {}
    async with asyncio.timeout(30):
        while (await verify(pool)).position != len(stored):
            stored = {event.position: event for event in await log.read(0, 100_000)}
    for line in acknowledged:
        position, stream, version, event_id = line.split()
        event = stored[int(position)]
        assert (event.stream_id, str(event.version), event.event_id) == (stream, version, event_id)
    assert sorted(stored) == list(range(1, len(stored) + 1))
    assert (await verify(pool)).position == len(stored)
