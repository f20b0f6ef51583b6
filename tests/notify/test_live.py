"""Typing and presence: ephemeral, for those who may know, through any number of notify processes."""

import msgspec
import pytest
from tikethet_notify.wiring import Notify

from tests.notify.client import Connect
from tests.notify.desk import Desk, new_id, until
from tests.notify.within import notifying, settled


async def test_typing_reaches_the_others_on_the_ticket_through_any_process(desk: Desk, connect: Connect) -> None:
    customer, helper, stranger = await desk.join(), await desk.join("HELPER"), await desk.join()
    ticket = await desk.open_ticket(customer)
    async with notifying(desk) as one, notifying(desk) as two:
        await settled(desk, one)
        await settled(desk, two)
        writer, reader, other, own = [await connect(where) for where in (one, two, two, two)]
        await writer.authenticate(await desk.token(customer))
        await reader.authenticate(await desk.token(helper))
        await other.authenticate(await desk.token(stranger))
        await own.authenticate(await desk.token(customer))
        await writer.say(type="typing", ticket_id=ticket)
        await until(lambda: bool(reader.of("typing")))
        assert reader.of("typing") == [{"type": "typing", "ticket_id": ticket, "member_id": customer}]
        await reader.say(type="typing", ticket_id=ticket)
        await until(lambda: bool(writer.of("typing")) and bool(own.of("typing")))
        assert writer.of("typing") == own.of("typing") == [{"type": "typing", "ticket_id": ticket, "member_id": helper}]
        assert other.of("typing") == []


async def test_staff_hear_who_else_looks_and_nobody_else_does(desk: Desk, connect: Connect) -> None:
    customer, helper, colleague = await desk.join(), await desk.join("HELPER"), await desk.join("MODERATOR")
    ticket = await desk.open_ticket(customer)
    async with notifying(desk) as one, notifying(desk) as two:
        await settled(desk, one)
        await settled(desk, two)
        owner, looker, reader, own = [await connect(where) for where in (one, one, two, two)]
        for client, member in ((owner, customer), (looker, helper), (reader, colleague), (own, helper)):
            await client.authenticate(await desk.token(member))
        for gone in (False, True):
            await looker.say(type="looking", ticket_id=ticket, gone=gone)
        await until(lambda: len(reader.of("looking")) == 2)
        said = {"type": "looking", "ticket_id": ticket, "member_id": helper}
        assert reader.of("looking") == [said | {"gone": False}, said | {"gone": True}]
        await owner.say(type="looking", ticket_id=ticket)
        await until(lambda: bool(owner.of("error")))
        assert owner.of("error")[0]["code"] == "not_found"
        await looker.say(type="looking", ticket_id=new_id())
        await until(lambda: bool(looker.of("error")))
        assert owner.of("looking") == own.of("looking") == []
        assert len(reader.of("looking")) == 2


async def test_the_other_side_hears_how_far_was_read(desk: Desk, connect: Connect) -> None:
    customer, helper, stranger = await desk.join(), await desk.join("HELPER"), await desk.join()
    ticket = await desk.open_ticket(customer)
    async with notifying(desk) as notify:
        await settled(desk, notify)
        reader, writer, other = [await connect(notify) for _ in range(3)]
        for client, member in ((reader, customer), (writer, helper), (other, stranger)):
            await client.authenticate(await desk.token(member))
        await reader.say(type="read", ticket_id=ticket, version=3)
        await until(lambda: bool(writer.of("read")))
        assert writer.of("read") == [{"type": "read", "ticket_id": ticket, "member_id": customer, "version": 3}]
        await other.say(type="read", ticket_id=ticket, version=3)
        await until(lambda: bool(other.of("error")))
        assert other.of("read") == reader.of("read") == []
        assert len(writer.of("read")) == 1


async def test_nobody_types_on_a_strangers_ticket(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer, stranger = await desk.join(), await desk.join()
    ticket = await desk.open_ticket(customer)
    await settled(desk, notify)
    client, owner = await connect(notify), await connect(notify)
    await client.authenticate(await desk.token(stranger))
    await owner.authenticate(await desk.token(customer))
    for which in (ticket, new_id()):
        await client.say(type="typing", ticket_id=which)
    await until(lambda: len(client.of("error")) == 2)
    assert {frame["code"] for frame in client.of("error")} == {"not_found"}
    assert owner.of("typing") == []


async def test_a_ticket_of_long_ago_is_found_on_the_stream(desk: Desk, connect: Connect) -> None:
    customer, helper = await desk.join(), await desk.join("HELPER")
    ticket = await desk.open_ticket(customer)
    for _ in range(3):
        await desk.add_category()
    async with notifying(desk, resume_events=2) as notify:
        await settled(desk, notify)
        writer, reader = await connect(notify), await connect(notify)
        await writer.authenticate(await desk.token(customer))
        await reader.authenticate(await desk.token(helper))
        await writer.say(type="typing", ticket_id=ticket)
        await until(lambda: bool(reader.of("typing")))


@pytest.mark.parametrize("times", [5])
async def test_typing_on_and_on_is_said_once(desk: Desk, connect: Connect, times: int) -> None:
    async with notifying(desk, typing_every=600) as notify:
        customer, helper = await desk.join(), await desk.join("HELPER")
        ticket, second = await desk.open_ticket(customer), await desk.open_ticket(customer)
        await settled(desk, notify)
        writer, reader = await connect(notify), await connect(notify)
        await writer.authenticate(await desk.token(customer))
        await reader.authenticate(await desk.token(helper))
        for _ in range(times):
            await writer.say(type="typing", ticket_id=ticket)
        await writer.say(type="typing", ticket_id=second)
        await until(lambda: any(frame["ticket_id"] == second for frame in reader.of("typing")))
        assert [frame["ticket_id"] for frame in reader.of("typing")] == [ticket, second]


async def test_presence_counts_members_over_all_processes(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, presence_every=0.1) as one, notifying(desk, presence_every=0.1) as two:
        first, second = await desk.join(), await desk.join()
        clients = [await connect(where) for where in (one, one, two)]
        await clients[0].authenticate(await desk.token(first))
        await clients[1].authenticate(await desk.token(first))
        await until(lambda: {"type": "presence", "online": 1} in clients[0].frames)
        await clients[2].authenticate(await desk.token(second))
        for client in clients:
            await until(lambda client=client: {"type": "presence", "online": 2} in client.frames)  # type: ignore[misc]
        await clients[2].cut()
        await until(lambda: clients[0].of("presence")[-1]["online"] == 1)


async def test_a_notification_reaches_all_sockets_of_its_member_and_nobody_else(desk: Desk, connect: Connect) -> None:
    customer, helper = await desk.join(), await desk.join("HELPER")
    said = {"type": "notification", "id": new_id(), "kind": "NEW_MESSAGE", "text": "Новое сообщение"}
    async with notifying(desk) as one, notifying(desk) as two:
        first, second, other = [await connect(where) for where in (one, two, two)]
        for client, member in ((first, customer), (second, customer), (other, helper)):
            await client.authenticate(await desk.token(member))
        for subject, word in (("public", said), ("member", {"type": "else"}), ("member", said)):
            await one.connection.publish(f"tikethet.live.{customer}.-.{subject}", msgspec.json.encode(word))
        for client in (first, second):
            await until(lambda client=client: bool(client.of("notification")))  # type: ignore[misc]
            assert client.of("notification") == [said]
        await other.say(type="ping")
        await until(lambda: bool(other.of("pong")))
        assert other.of("notification") == []
