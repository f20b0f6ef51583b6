"""Two processes write the same streams: what one remembers is stale whenever the other was faster."""

import asyncio
import random
from typing import Any

import pytest
from tikethet_events.errors import KeyReused, Refused
from tikethet_events.member import ChangeRole, EraseMember
from tikethet_events.ticket import AssignTicket, ChangePriority, ChangeStatus, ChangeTitle, ticket_stream
from tikethet_events.word import Priority, Role, Status
from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.streams import ABSENT, fold
from tikethet_tickets.handle.tickets import NewMessage
from tikethet_tickets.queries.as_of import ticket_from_log
from tikethet_tickets.queries.tickets import get_ticket
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.rules.ticket import Ticket

from tests.tickets.handle.conftest import ADMIN, Pair, request


async def test_what_is_remembered_never_decides_alone(pair: Pair) -> None:
    admin = pair.people[ADMIN]
    customer = await pair.joins(1)
    ticket = await pair.opens(customer)
    resolve, reopen = ChangeStatus(status=Status.RESOLVED), ChangeStatus(status=Status.OPEN)
    await pair.one.tickets.act(request(admin.member_id), admin, ticket, [resolve])
    await pair.two.tickets.act(request(admin.member_id), admin, ticket, [reopen])
    # The first process still remembers RESOLVED: alone, that memory would refuse.
    done = await pair.one.tickets.act(request(admin.member_id), admin, ticket, [resolve])
    assert done.version == 4
    # The second still remembers OPEN and LOW as it left them: alone, that memory would say that nothing changes.
    low, high = ChangePriority(priority=Priority.LOW), ChangePriority(priority=Priority.HIGH)
    await pair.two.tickets.act(request(admin.member_id), admin, ticket, [low])
    await pair.one.tickets.act(request(admin.member_id), admin, ticket, [high])
    again = await pair.two.tickets.act(request(admin.member_id), admin, ticket, [low])
    assert (again.version, len(again.recorded)) == (7, 1)


async def test_a_demanded_version_holds_across_processes(pair: Pair) -> None:
    admin = pair.people[ADMIN]
    ticket = await pair.opens(await pair.joins(1))
    first = ChangeTitle(title="Первый")
    await pair.one.tickets.act(request(admin.member_id, expected=1), admin, ticket, [first])
    with pytest.raises(Refused) as refused:
        await pair.two.tickets.act(request(admin.member_id, expected=1), admin, ticket, [ChangeTitle(title="Второй")])
    assert (refused.value.code, refused.value.facts) == ("version_conflict", {"version": 2})
    both = await asyncio.gather(
        *(
            house.tickets.act(request(admin.member_id, expected=2), admin, ticket, [ChangeTitle(title=title)])
            for house, title in ((pair.one, "Третий"), (pair.two, "Четвёртый"))
        ),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in both) == ["Done", "Refused"]


@pytest.mark.parametrize("seed", range(4))
async def test_any_interleaving_keeps_the_chain(pair: Pair, seed: int) -> None:
    draw = random.Random(seed)
    admin, customer = pair.people[ADMIN], await pair.joins(1)
    ticket = await pair.opens(customer)

    async def one_step(number: int) -> Done | Refused:
        house = draw.choice([pair.one, pair.two])
        who: Viewer = draw.choice([admin, customer])
        await asyncio.sleep(draw.random() / 50)
        step: Any = draw.choice(
            [
                NewMessage(content=str(number)),
                NewMessage(content=str(number)),
                ChangeStatus(status=draw.choice(list(Status))),
                AssignTicket(assignee_id=admin.member_id),
                ChangeTitle(title=str(number)),
            ]
        )
        try:
            if isinstance(step, NewMessage):
                return await house.tickets.post(request(who.member_id), who, ticket, step)
            return await house.tickets.act(request(who.member_id), who, ticket, [step])
        except Refused as refused:
            return refused

    outcomes = await asyncio.gather(*(one_step(number) for number in range(60)))
    recorded = await pair.one.log.read_stream(ticket_stream(ticket))
    assert [event.version for event in recorded] == list(range(1, len(recorded) + 1))
    written = [event.event_id for done in outcomes if isinstance(done, Done) for event in done.recorded]
    assert sorted(written) == sorted(event.event_id for event in recorded[1:])
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} <= {
        "forbidden",
        "bad_transition",
        "ticket_closed",
    }
    live = await pair.one.tickets._handler.streams.load(ticket_stream(ticket), fresh=True)
    assert (live.version, live.state) == (len(recorded), fold(ABSENT, recorded).state)
    assert await get_ticket(pair.one.reader, admin, ticket) == await ticket_from_log(pair.one.reader, admin, recorded)


async def test_one_person_joins_once_however_many_doors(pair: Pair) -> None:
    viewers = await asyncio.gather(*(pair.joins(7, house) for house in [pair.one, pair.two] * 4))
    assert len({viewer.member_id for viewer in viewers}) == 1
    assert await pair.one.reader.fetchval("SELECT count(*) FROM tickets.members WHERE telegram_id = 7") == 1


async def test_two_admins_cannot_both_be_the_last_to_leave(pair: Pair) -> None:
    for _ in range(3):
        boss = pair.people[ADMIN]
        deputy = await pair.joins(8)
        await pair.one.members.act(request(boss.member_id), boss, deputy.member_id, ChangeRole(role=Role.ADMIN))
        deputy = Viewer(deputy.member_id, Role.ADMIN)
        outcomes = await asyncio.gather(
            pair.one.members.act(request(boss.member_id), boss, boss.member_id, ChangeRole(role=Role.USER)),
            pair.two.members.act(request(deputy.member_id), deputy, deputy.member_id, ChangeRole(role=Role.USER)),
            return_exceptions=True,
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert [each.code for each in refused] == ["last_admin"]
        left = Viewer(*((boss.member_id,) if isinstance(outcomes[1], Done) else (deputy.member_id,)), Role.ADMIN)
        await pair.one.members.act(request(left.member_id), left, boss.member_id, ChangeRole(role=Role.ADMIN))
        if left.member_id != boss.member_id:
            await pair.one.members.act(request(boss.member_id), boss, deputy.member_id, ChangeRole(role=Role.USER))


async def test_a_key_is_known_to_both(pair: Pair) -> None:
    customer = await pair.joins(1)
    ticket = await pair.opens(customer)
    say = NewMessage(content="Есть кто?")
    keyed = request(customer.member_id, key="k")
    first, again = await asyncio.gather(
        pair.one.tickets.post(keyed, customer, ticket, say), pair.two.tickets.post(keyed, customer, ticket, say)
    )
    assert {first.replayed, again.replayed} == {True, False}
    assert [event.event_id for event in first.recorded] == [event.event_id for event in again.recorded]
    assert (first.version, first.position) == (again.version, again.position) == (2, first.position)
    other = request(customer.member_id, key="k")
    with pytest.raises(KeyReused):
        await pair.two.tickets.post(
            type(other)(**{name: getattr(other, name) for name in other.__struct_fields__} | {"fingerprint": b"x"}),
            customer,
            ticket,
            say,
        )


async def test_who_was_forgotten_is_forgotten_by_memory_too(pair: Pair) -> None:
    customer = await pair.joins(1)
    ticket = await pair.opens(customer)
    streams = pair.one.tickets._handler.streams

    async def title() -> str | None:
        state: Ticket | None = (await streams.load(ticket_stream(ticket), fresh=False)).state
        assert state is not None
        return state.title

    assert await title() == "Сервер молчит"
    await pair.one.members.act(request(customer.member_id), customer, customer.member_id, EraseMember())
    assert await title() is None
