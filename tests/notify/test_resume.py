"""After a cut: what was missed comes from memory, then the stream, then the log; or it is said that it does not."""

import pytest
from tikethet_devstack.engines import Nats
from tikethet_events import bus
from tikethet_events.stream import STREAM
from tikethet_notify import measures
from tikethet_notify.wiring import Notify

from tests.notify.client import Connect
from tests.notify.desk import Desk, as_user, until
from tests.notify.within import notifying, settled


def starts(kind: str) -> float:
    return float(measures.STARTS.labels(kind)._value.get())


async def talk(desk: Desk, count: int = 6) -> tuple[str, int]:
    """A customer's ticket with messages and notes; where it began."""
    customer = await desk.join()
    began = (await desk.head()).position
    ticket = await desk.open_ticket(customer)
    for number in range(count):
        await desk.post(ticket, f"{number}", note=number % 3 == 2)
    return customer, began


@pytest.mark.parametrize("role", ["USER", "HELPER"])
async def test_from_memory(desk: Desk, notify: Notify, connect: Connect, role: str) -> None:
    customer, began = await talk(desk)
    member = customer if role == "USER" else await desk.join(role)
    head = await settled(desk, notify)
    before = starts("memory")
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(member), head.epoch, began)
    assert (ready["position"], ready["resumed"]) == (began, True)
    expected = [event.position for event in await desk.heard_by(member, role, began)]
    await until(lambda: client.positions == expected)
    assert starts("memory") == before + 1
    client.check_order()


@pytest.mark.parametrize("role", ["USER", "HELPER"])
async def test_from_the_stream_and_then_memory(desk: Desk, connect: Connect, role: str) -> None:
    async with notifying(desk, ring_events=3) as notify:
        customer, began = await talk(desk)
        member = customer if role == "USER" else await desk.join(role)
        head = await settled(desk, notify)
        before, desk.asked[:] = starts("stream"), []
        client = await connect(notify)
        ready = await client.authenticate(await desk.token(member), head.epoch, began)
        assert (ready["position"], ready["resumed"]) == (began, True)
        expected = [event.position for event in await desk.heard_by(member, role, began)]
        await until(lambda: client.positions == expected)
        assert starts("stream") == before + 1
        assert not [path for path in desk.asked if "/events" in path]
        client.check_order()


@pytest.mark.parametrize("role", ["USER", "HELPER"])
async def test_from_the_log_where_the_stream_forgot(desk: Desk, nats: Nats, connect: Connect, role: str) -> None:
    async with notifying(desk, ring_events=3) as notify:
        customer, began = await talk(desk)
        member = customer if role == "USER" else await desk.join(role)
        head = await settled(desk, notify)
        owner = await bus.connect(as_user(nats.url, "tickets"), name="test")
        await owner.jetstream().purge_stream(STREAM, seq=head.position - 1)
        await owner.close()
        before = starts("log")
        client = await connect(notify)
        ready = await client.authenticate(await desk.token(member), head.epoch, began)
        assert (ready["position"], ready["resumed"]) == (began, True)
        expected = [event.position for event in await desk.heard_by(member, role, began)]
        await until(lambda: client.positions == expected)
        assert starts("log") == before + 1
        client.check_order()


async def test_after_a_restart_of_notify_memory_is_filled_first(desk: Desk, connect: Connect) -> None:
    customer, began = await talk(desk)
    head = await desk.head()
    async with notifying(desk) as notify:
        assert notify.hub.ring.reaches(began)
        before = starts("memory")
        client = await connect(notify)
        await client.authenticate(await desk.token(customer), head.epoch, began)
        expected = [event.position for event in await desk.heard_by(customer, "USER", began)]
        await until(lambda: client.positions == expected)
        assert starts("memory") == before + 1


async def test_a_restart_sends_everyone_home_to_resume(desk: Desk, connect: Connect) -> None:
    customer = await desk.join()
    async with notifying(desk) as notify:
        await settled(desk, notify)
        client = await connect(notify)
        await client.authenticate(await desk.token(customer))
    assert await client.closed() == 1012
    ticket = await desk.open_ticket(customer)
    last = await desk.post(ticket)
    async with notifying(desk) as notify:
        again = await connect(notify)
        ready = await again.authenticate(await desk.token(customer), client.of("ready")[0]["epoch"], client.cursor)
        assert ready["resumed"] is True
        await again.hears(last)
        assert len(again.positions) == 2


async def test_an_open_socket_hears_what_came_while_nats_was_away(
    desk: Desk, nats: Nats, notify: Notify, connect: Connect
) -> None:
    customer = await desk.join()
    ticket = await desk.open_ticket(customer)
    await settled(desk, notify)
    client = await connect(notify)
    await client.authenticate(await desk.token(customer))
    await nats.kill()
    expected = [await desk.post(ticket) for _ in range(3)]
    await nats.restart()
    expected.append(await desk.post(ticket))
    await until(lambda: client.positions == expected)
    client.check_order()
    assert client.close_code is None


async def test_another_epoch_is_not_resumed(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer, began = await talk(desk)
    head = await settled(desk, notify)
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(customer), "another", began)
    assert ready == {"type": "ready", "epoch": head.epoch, "position": head.position, "resumed": False}


@pytest.mark.parametrize(
    "limits", [{"resume_events": 5}, {"resume_bytes": 2000}, {"resume_bytes": 2000, "ring_events": 2}]
)
async def test_too_far_behind_is_not_resumed(desk: Desk, connect: Connect, limits: dict[str, int]) -> None:
    async with notifying(desk, **limits) as notify:
        customer, began = await talk(desk)
        head = await settled(desk, notify)
        client = await connect(notify)
        ready = await client.authenticate(await desk.token(customer), head.epoch, began)
        assert (ready["position"], ready["resumed"]) == (head.position, False)
        near = await connect(notify)
        ready = await near.authenticate(await desk.token(customer), head.epoch, head.position - 1)
        assert ready["resumed"] is True


async def test_a_new_epoch_is_told_to_every_open_socket(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer = await desk.join()
    client = await connect(notify)
    old = await client.authenticate(await desk.token(customer))
    await desk.log.start_epoch((await desk.head()).position)
    ticket = await desk.open_ticket(customer)
    await until(lambda: len(client.of("ready")) > 1)
    ready = client.of("ready")[1]
    assert (ready["epoch"], ready["resumed"]) == ((await desk.head()).epoch, False)
    assert ready["epoch"] != old["epoch"]
    last = await desk.post(ticket)
    await client.hears(last)
    client.check_order()
