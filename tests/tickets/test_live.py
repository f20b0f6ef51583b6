"""What was committed is said on NATS; what was not, never."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import nats
import pytest
from nats.aio.client import Client
from tikethet_events.word import MemberId, TicketId
from tikethet_tickets.live import Live
from tikethet_tickets.views.notices import Told

ANNA = MemberId("0197f000-0000-7000-8000-0000000000aa")


def told(number: int) -> Told:
    return Told(
        id="4c1f3f0a-5b7c-4d6e-8f90-1a2b3c4d5e07",
        member_id=ANNA,
        position=number,
        kind="NEW_MESSAGE",
        what="NEW_MESSAGE",
        ticket_id=TicketId("0197f000-0000-7000-8000-0000000000bb"),
        ticket_number=number,
        actor_id=None,
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
        language="en",
    )


@pytest.fixture
async def connection(nats_server: Callable[[], Awaitable[Any]]) -> AsyncIterator[Client]:
    connection = await nats.connect((await nats_server()).url)
    yield connection
    await connection.close()


async def test_only_what_was_committed_is_said(connection: Client) -> None:
    subscription = await connection.subscribe("tikethet.live.*.*.member")
    live = Live(lambda: connection)
    live.hold(2, [told(1)])  # that flush failed
    live.hold(3, [told(2)])
    live.committed(3)
    live.committed(3)
    live.hold(4, [])
    live.committed(4)
    live.hold(5, [told(3)])
    live.committed(5)
    heard = [msgspec.json.decode((await subscription.next_msg(10)).data) for _ in range(2)]
    assert [frame["text"] for frame in heard] == ["New message on ticket #2", "New message on ticket #3"]
    assert heard[0]["type"] == "notification"
    await connection.flush()
    assert subscription.pending_msgs == 0


async def test_nobody_is_there_to_say_it_to() -> None:
    live = Live(lambda: None)
    live.hold(1, [told(1)])
    live.committed(1)
