"""Many writers at once, in one process and in several: one dense order, whole chains, nothing twice."""

import asyncio
import random
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tikethet_events.chain import verify
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Conflict, KeyReused
from tikethet_events.log import Append, Appended, Limits, Log
from tikethet_events.sealing import Keyring

Post = Callable[..., Append]
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

HOT_STREAMS = 5
WRITERS = 24
EACH = 15


async def _write(log: Log, post: Post, seed: int) -> list[Appended]:
    """Append to hot streams until `EACH` came through; a lost race reads the stream's version and tries again."""
    drawn = random.Random(seed)
    done: list[Appended] = []
    while len(done) < EACH:
        stream = f"ticket-{drawn.randrange(HOT_STREAMS)}"
        actual = 0
        while True:
            texts = ["text"] * drawn.randint(1, 3)
            try:
                done.append(await log.append(post(stream, actual, *texts)))
                break
            except Conflict as conflict:
                actual = conflict.actual
    return done


async def _tail(log: Log, written: asyncio.Event) -> list[Recorded]:
    """What a reader sees that follows the log while it is written."""
    seen: list[Recorded] = []
    while True:
        last_round = written.is_set()
        page = await log.read(len(seen), 50)
        seen += page
        if last_round and not page:
            return seen
        await asyncio.sleep(0)


async def test_hot_streams_from_two_processes_while_a_reader_tails(
    pool: Pool, keyring: Keyring, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Log(pool, keyring, limits=Limits(batch=16)) as one,
        Log(pool, keyring) as other,
        asyncio.TaskGroup() as group,
    ):
        written = asyncio.Event()
        tail = group.create_task(_tail(one, written))
        writers = [group.create_task(_write(random.choice((one, other)), post, seed)) for seed in range(WRITERS)]
        await asyncio.wait(writers)
        written.set()

    assert not caplog.records, "a flush had to be taken apart"
    seen, acknowledged = tail.result(), [done for writer in writers for done in writer.result()]
    assert [event.position for event in seen] == list(range(1, len(seen) + 1))
    assert len({event.event_id for event in seen}) == len(seen)
    assert {event.position: event for event in seen} == {
        event.position: event for done in acknowledged for event in done.recorded
    }
    for stream in {event.stream_id for event in seen}:
        versions = [event.version for event in seen if event.stream_id == stream]
        assert versions == list(range(1, len(versions) + 1))
    assert all(one.recorded_at <= next_.recorded_at for one, next_ in pairwise(seen))
    assert (await verify(pool)).position == len(seen)


async def test_every_conflict_fails_alone(log: Log, post: Post, pool: Pool, caplog: pytest.LogCaptureFixture) -> None:
    await log.append(post("ticket-hot", 0, "first"))
    right = [post(f"ticket-{number}", 0, "x") for number in range(20)]
    wrong = [post(f"ticket-w{number}", 7, "x") for number in range(20)]
    race = [post("ticket-hot", 1, "x") for _ in range(20)]
    mixed = [append for trio in zip(wrong, right, race, strict=True) for append in trio]

    answers = await asyncio.gather(*map(log.append, mixed), return_exceptions=True)

    assert not caplog.records, "a flush had to be taken apart"
    assert (await verify(pool)).position == 22
    assert all(isinstance(answer, Conflict) for answer in answers[0::3])
    assert all(isinstance(answer, Appended) for answer in answers[1::3])
    assert [isinstance(answer, Appended) for answer in answers[2::3]] == [True] + [False] * 19
    assert (await log.head()).position == 22


async def test_concurrent_appends_share_a_transaction(log: Log, post: Post, pool: Pool) -> None:
    await log.append(replace(post("x", 0), writes=tuple(post(f"ticket-{n}", 0, "x").writes[0] for n in range(100))))
    await asyncio.gather(*(log.append(post(f"ticket-{number}", 1, "x")) for number in range(100)))
    flushes = await pool.fetchval("SELECT count(DISTINCT xmin::text) FROM tickets.events WHERE version = 2")
    assert flushes <= 10


async def test_batches_are_bounded_in_number_and_bytes(pool: Pool, keyring: Keyring, post: Post) -> None:
    for limits, most in ((Limits(batch=10), 10), (Limits(batch_bytes=20_000), 4)):
        async with Log(pool, keyring, limits=limits) as log:
            before = (await log.head()).position
            prefix = f"ticket-{limits.batch}-{limits.batch_bytes}"
            await asyncio.gather(*(log.append(post(f"{prefix}-{number}", 0, "x" * 4000)) for number in range(40)))
        counts = "SELECT count(*) FROM tickets.events WHERE position > $1 GROUP BY xmin::text"
        assert max(row["count"] for row in await pool.fetch(counts, before)) <= most


_step = st.tuples(
    st.integers(0, 2),  # stream
    st.integers(0, 3),  # events
    st.integers(-1, 1),  # how far the expectation is off
    st.integers(0, 9),  # command id
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.lists(_step, min_size=1, max_size=8), min_size=1, max_size=5))
async def test_any_interleaving_keeps_the_version_chain(
    log: Log,
    post: Post,
    pool: Pool,
    caplog: pytest.LogCaptureFixture,
    rounds: list[list[tuple[int, int, int, int]]],
) -> None:
    """Batches of right, stale and repeated commands: what the log says it did is what it holds."""
    run = uuid.uuid4()
    streams = [f"ticket-{run}-{number}" for number in range(3)]
    at = dict.fromkeys(streams, 0)
    first: dict[str, Appended] = {}
    for steps in rounds:
        commands = [
            post(streams[stream], max(0, at[streams[stream]] + off), *["x"] * events, command=f"{run}-{command}")
            for stream, events, off, command in steps
        ]
        answers = await asyncio.gather(*map(log.append, commands), return_exceptions=True)
        for command, answer in zip(commands, answers, strict=True):
            assert isinstance(answer, (Appended, Conflict, KeyReused))
            if isinstance(answer, Appended):
                first.setdefault(command.command_id, answer)
                assert (answer.position, answer.versions) == (
                    first[command.command_id].position,
                    first[command.command_id].versions,
                )
                at.update({stream: max(at[stream], version) for stream, version in answer.versions.items()})
    for stream in streams:
        assert [event.version for event in await log.read_stream(stream)] == list(range(1, at[stream] + 1))
    await verify(pool)
    assert not caplog.records, "a flush had to be taken apart"
