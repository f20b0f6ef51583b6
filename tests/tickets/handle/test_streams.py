"""What is remembered of streams: bounded in number and in age."""

from tikethet_events.ticket import ChangePriority, ticket_stream
from tikethet_events.word import Priority
from tikethet_tickets.handle.streams import MAX_AGE_S, Streams

from tests.tickets.handle.conftest import ADMIN, Pair, request


async def test_only_the_last_used_are_kept(pair: Pair) -> None:
    customer = await pair.joins(1)
    tickets = [ticket_stream(await pair.opens(customer)) for _ in range(3)]
    streams = Streams(pair.one.log, size=2)
    for ticket in (tickets[0], tickets[1], tickets[0], tickets[2]):
        await streams.load(ticket, fresh=False)
    assert list(streams._kept) == [tickets[0], tickets[2]]


async def test_what_is_not_there_is_not_kept(pair: Pair) -> None:
    streams = Streams(pair.one.log)
    assert (await streams.load("ticket-01980000-0000-7000-8000-0000000000ff", fresh=False)).version == 0
    assert not streams._kept


async def test_nothing_is_remembered_for_ever(pair: Pair) -> None:
    now = 1000.0
    streams = Streams(pair.one.log, clock=lambda: now)
    admin, customer = pair.people[ADMIN], await pair.joins(1)
    ticket, other = await pair.opens(customer), ticket_stream(await pair.opens(customer))
    stream = ticket_stream(ticket)
    await streams.load(stream, fresh=False)
    low = ChangePriority(priority=Priority.LOW)
    done = await pair.two.tickets.act(request(admin.member_id), admin, ticket, [low])
    now += MAX_AGE_S / 2
    streams.learn(done.recorded)
    assert (await streams.load(stream, fresh=False)).since == 1000.0
    now += MAX_AGE_S / 2 + 1
    assert (await streams.load(stream, fresh=False)).since == now
    now += MAX_AGE_S + 1
    await streams.load(other, fresh=False)
    assert list(streams._kept) == [other]
