"""A process as the tickets service is one: it appends, relays, and may be killed at any moment.

`python writer.py <database url> <nats url> <secret, hex> <name>`; prints `<command id> <position>` for each answer.
"""

import asyncio
import sys
import uuid

import asyncpg
from nats.aio.client import Client
from tikethet_events.bus import connect
from tikethet_events.envelope import Metadata
from tikethet_events.errors import Overloaded
from tikethet_events.lease import Lease
from tikethet_events.log import Append, Log, Write
from tikethet_events.relay import Relay
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import MessagePosted, ticket_stream
from tikethet_events.word import MemberId, MessageId, TicketId

CALLERS = 16


async def write(log: Log, name: str, caller: int) -> None:
    """One command after the other, each on a ticket of its own, for ever."""
    member = MemberId(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {caller}")))
    while True:
        command_id = str(uuid.uuid4())
        event = MessagePosted(message_id=MessageId(str(uuid.uuid4())), author_id=member, content="держится?")
        write = Write(stream_id=ticket_stream(TicketId(command_id)), expected=0, events=(event, event), owner=member)
        append = Append(
            caller="chaos", command_id=command_id, fingerprint=b"", metadata=Metadata(actor=member), writes=(write,)
        )
        try:
            appended = await log.append(append)
        except Overloaded:
            await asyncio.sleep(0.1)
            continue
        print(command_id, appended.position, flush=True)
        await asyncio.sleep(0.005)


async def main(database: str, nats: str, secret: str, name: str) -> None:
    async def open_nats() -> Client:
        return await connect(nats, name=name)

    async def open_database() -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(database)

    pool = asyncpg.create_pool(database, min_size=1, max_size=4, server_settings={"application_name": "writer"})
    async with pool, Log(pool, Keyring(bytes.fromhex(secret))) as log, asyncio.TaskGroup() as tasks:
        relay = Relay(log, open_nats, Lease("relay", open_database))
        log.on_append = relay.poke
        tasks.create_task(relay.run())
        for caller in range(CALLERS):
            tasks.create_task(write(log, name, caller))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
