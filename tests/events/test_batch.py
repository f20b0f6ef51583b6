"""A batch is stored whole, exactly where it was meant to be, or not at all; and one hears which."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from tikethet_devstack.engines import Nats
from tikethet_events.batch import MAX_MESSAGES, Batches, NotStored, Outgoing, is_ack_of
from tikethet_events.bus import Lineage, configuration, connect
from tikethet_events.stream import STREAM


def messages(first: int, count: int) -> Sequence[Outgoing]:
    return [("tikethet.events.-.-.X", {"ce-position": str(first + n)}, b"{}") for n in range(count)]


@pytest.fixture
async def server(nats_server: Callable[..., Awaitable[Nats]]) -> Nats:
    return await nats_server()


@pytest.fixture
async def connection(server: Nats) -> AsyncIterator[Client]:
    connection = await connect(server.url, name="batches")
    await connection.jetstream().add_stream(configuration(Lineage("an-installation", "an-epoch")))
    yield connection
    await connection.close()


@pytest.fixture
async def batches(connection: Client) -> AsyncIterator[Batches]:
    async with Batches(connection) as batches:
        yield batches


async def last(connection: Client) -> int:
    return (await connection.jetstream().stream_info(STREAM)).state.last_seq


@pytest.mark.parametrize("sizes", [(1, 1), (2, 6, 7), (MAX_MESSAGES, 3, 20)])
async def test_stored_right_behind(batches: Batches, connection: Client, sizes: tuple[int, ...]) -> None:
    after = 0
    for size in sizes:
        await batches.publish(messages(after + 1, size), after=after)
        after += size
        assert await last(connection) == after
    for position in (1, after):
        message = await connection.jetstream().get_msg(STREAM, seq=position)
        assert (message.headers or {})["ce-position"] == str(position)


@pytest.mark.parametrize("count", [1, 2, 6, 7, 50])
@pytest.mark.parametrize("after", [0, 2, 4, 9])
async def test_anywhere_else_nothing_is_stored(batches: Batches, connection: Client, count: int, after: int) -> None:
    await batches.publish(messages(1, 3), after=0)
    with pytest.raises(NotStored, match="wrong last sequence"):
        await batches.publish(messages(after + 1, count), after=after)
    assert await last(connection) == 3


async def test_no_stream_no_answer_for_it(batches: Batches, connection: Client) -> None:
    await connection.jetstream().delete_stream(STREAM)
    for count in (1, 20):
        with pytest.raises(NotStored, match="503"):
            await batches.publish(messages(1, count), after=0)


async def test_too_many_are_refused(batches: Batches, connection: Client) -> None:
    with pytest.raises(NotStored, match="10199"):
        await batches.publish(messages(1, MAX_MESSAGES + 1), after=0)
    assert await last(connection) == 0


async def test_a_server_killed_meanwhile_keeps_all_or_nothing(
    batches: Batches, connection: Client, server: Nats
) -> None:
    publishing = asyncio.gather(batches.publish(messages(1, 900), after=0), return_exceptions=True)
    await asyncio.sleep(0.005)
    await server.kill()
    (outcome,) = await publishing
    assert outcome is None or isinstance(outcome, NatsError | OSError)
    if not connection.is_connected:
        with pytest.raises(NatsError):
            await batches.publish(messages(1, 1), after=0)
    await server.restart()
    async with asyncio.timeout(30):
        while not connection.is_connected:  # noqa: ASYNC110 - nats-py has no event for it
            await asyncio.sleep(0.05)
    assert await last(connection) in ({900} if outcome is None else {0, 900})


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        ({"stream": STREAM, "seq": 7}, True),
        ({"stream": STREAM, "seq": 7, "batch": "x", "count": 3}, True),
        ({"stream": STREAM, "seq": 7, "duplicate": True}, False),
        ({"stream": STREAM, "seq": 6}, False),
        ({"stream": "ANOTHER", "seq": 7}, False),
        ({"stream": STREAM, "seq": 7, "error": {"err_code": 10071}}, False),
        ({"stream": STREAM, "seq": 0, "error": {"err_code": 10071}}, False),
        ({}, False),
    ],
)
def test_which_answers_count(answer: dict[str, object], counts: bool) -> None:  # noqa: FBT001
    assert is_ack_of(answer, 7) is counts
