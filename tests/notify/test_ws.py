"""A member opens a socket and hears what is theirs, as it happens."""

from tikethet_notify.wiring import Notify

from tests.notify.conftest import Client, Connect, Desk  # noqa: F401


async def test_a_customer_hears_their_own_tickets_at_once(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer, other = await desk.join(), await desk.join()
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(customer))
    assert ready["epoch"] == (await desk.head()).epoch
    assert ready["resumed"] is False
    ticket = await desk.open_ticket(customer)
    await desk.open_ticket(other)
    await desk.post(ticket, "заметка", note=True)
    last = await desk.post(ticket)
    await client.hears(last)
    heard = await desk.heard_by(customer, "USER", ready["position"])
    assert client.positions == [event.position for event in heard]
    assert [frame["event"]["type"] for frame in client.of("event")] == [
        "tikethet.TicketOpened",
        "tikethet.MessagePosted",
    ]
    client.check_order()
