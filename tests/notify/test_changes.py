"""A role, a block, an erasure: felt at once, live and on replay."""

import pytest
from tikethet_notify.wiring import Notify

from tests.notify.client import Connect
from tests.notify.desk import Desk, until
from tests.notify.within import settled


async def test_one_who_becomes_staff_starts_anew_and_hears_all(desk: Desk, notify: Notify, connect: Connect) -> None:
    member, customer = await desk.join(), await desk.join()
    await settled(desk, notify)
    client = await connect(notify)
    await client.authenticate(await desk.token(member))
    before = await desk.open_ticket(customer)
    changed = await desk.change_role(member, "HELPER")
    note = await desk.post(before, note=True)
    await client.hears(note)
    assert client.positions == [changed, note]
    assert client.of("ready")[1] == {
        "type": "ready",
        "epoch": (await desk.head()).epoch,
        "position": changed,
        "resumed": False,
    }
    client.check_order()


async def test_one_who_is_staff_no_more_hears_only_their_own(desk: Desk, notify: Notify, connect: Connect) -> None:
    member, customer = await desk.join("HELPER"), await desk.join()
    await settled(desk, notify)
    client = await connect(notify)
    await client.authenticate(await desk.token(member))
    foreign = await desk.open_ticket(customer)
    opened = (await desk.head()).position
    changed = await desk.change_role(member, "USER")
    await desk.post(foreign, note=True)
    await desk.post(foreign)
    own = await desk.open_ticket(member)
    note = await desk.post(own, note=True)
    last = await desk.post(own)
    await client.hears(last)
    assert client.positions == [opened, changed, note - 1, last]
    assert client.of("ready")[1]["resumed"] is False
    client.check_order()


@pytest.mark.parametrize("role", ["USER", "HELPER"])
async def test_a_block_shuts_every_socket(desk: Desk, notify: Notify, connect: Connect, role: str) -> None:
    member = await desk.join(role)
    clients = [await connect(notify) for _ in range(2)]
    for client in clients:
        await client.authenticate(await desk.token(member))
    await desk.block(member)
    for client in clients:
        assert await client.closed() == 4403


async def test_an_erased_member_is_gone_from_sockets_and_memory(desk: Desk, notify: Notify, connect: Connect) -> None:
    member, helper = await desk.join(), await desk.join("HELPER")
    await settled(desk, notify)
    client, watcher = await connect(notify), await connect(notify)
    await client.authenticate(await desk.token(member))
    ready = await watcher.authenticate(await desk.token(helper))
    await desk.open_ticket(member)
    erased = await desk.erase(member)
    await watcher.hears(erased)
    assert await client.closed() == 4401
    assert len(notify.hub.ring) == 0
    back = await connect(notify)
    await back.authenticate(await desk.token(helper), ready["epoch"], ready["position"])
    await until(lambda: back.positions == watcher.positions)
    back.check_order()


async def test_who_was_away_when_their_role_changed_fetches_afresh(
    desk: Desk, notify: Notify, connect: Connect
) -> None:
    member = await desk.join("HELPER")
    head = await desk.head()
    await desk.change_role(member, "USER")
    last = await desk.change_role(member, "HELPER")
    await settled(desk, notify)
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(member), head.epoch, head.position)
    assert (ready["position"], ready["resumed"]) == (last, False)
