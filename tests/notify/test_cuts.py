"""Sockets cut at random while events flow: what each client heard equals the log it may see."""

import asyncio
import random
from dataclasses import dataclass, field

import pytest
from tikethet_devstack.engines import Nats
from tikethet_notify.wiring import Notify

from tests.notify.client import Client, Connect
from tests.notify.desk import Desk, until
from tests.notify.within import notifying, settled

EVENTS = 120


@dataclass
class Person:
    """A client that keeps a list of what it heard, and comes back whenever it is cut."""

    member: str
    role: str
    began: int
    epoch: str
    session: str
    cursor: int
    heard: list[int] = field(default_factory=list)
    client: Client | None = None

    def take(self) -> None:
        """Do as the protocol says with what came since."""
        assert self.client is not None
        self.client.check_order()
        for frame in self.client.frames:
            match frame["type"]:
                case "ready":
                    assert frame["resumed"], "near enough, so it must be resumed"
                    assert frame["position"] == self.cursor
                case "event":
                    self.heard.append(frame["position"])
                    self.cursor = frame["position"]
                case "progress":
                    self.cursor = frame["position"]
        self.client.frames.clear()

    async def open(self, desk: Desk, notify: Notify, connect: Connect) -> None:
        self.client = await connect(notify)
        token = await desk.token(self.member, self.session)
        await self.client.say(type="authenticate", token=token, resume={"epoch": self.epoch, "position": self.cursor})

    async def cut(self) -> None:
        assert self.client is not None
        await self.client.cut()
        self.take()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("ring_events", [10_000, 7])
async def test_every_client_heard_exactly_what_it_may(
    desk: Desk, nats: Nats, connect: Connect, seed: int, ring_events: int
) -> None:
    draw = random.Random(seed)
    async with notifying(desk, ring_events=ring_events, progress_every=0.2) as notify:
        roles = ["USER", "USER", "USER", "HELPER", "ADMIN"]
        members = [await desk.join(role) for role in roles]
        tickets = [await desk.open_ticket(member) for member in members]
        head = await settled(desk, notify)
        people = [
            Person(member, role, head.position, head.epoch, await desk.session(), head.position)
            for member, role in zip(members, roles, strict=True)
        ]
        for person in people:
            await person.open(desk, notify, connect)
        writing = asyncio.get_running_loop().create_task(_write(desk, draw, tickets))
        while not writing.done():
            person = draw.choice(people)
            await person.cut()
            if draw.random() < 0.05:
                await nats.kill()
                await nats.restart()
            await asyncio.sleep(draw.random() * 0.05)
            await person.open(desk, notify, connect)
        await writing
        await settled(desk, notify)
        for person in people:
            expected = [event.position for event in await desk.heard_by(person.member, person.role, person.began)]
            await until(lambda: _all(person) == expected)  # noqa: B023 - awaited before the next
            await person.cut()
            assert person.heard == expected


def _all(person: Person) -> list[int]:
    assert person.client is not None
    return person.heard + person.client.positions


async def _write(desk: Desk, draw: random.Random, tickets: list[str]) -> None:
    for _ in range(EVENTS):
        if draw.random() < 0.05:
            await desk.add_category()
        else:
            await desk.post(draw.choice(tickets), "слово " * draw.randrange(200), note=draw.random() < 0.4)
        await asyncio.sleep(draw.random() * 0.02)


async def test_a_storm_of_returns_is_served_from_memory(desk: Desk, notify: Notify, connect: Connect) -> None:
    members = [await desk.join() for _ in range(5)]
    head = await settled(desk, notify)
    tickets = [await desk.open_ticket(member) for member in members]
    for ticket in tickets * 4:
        await desk.post(ticket)
    await settled(desk, notify)
    desk.asked.clear()

    async def returns(member: str) -> Client:
        client = await connect(notify)
        await client.authenticate(await desk.token(member), head.epoch, head.position)
        return client

    clients = await asyncio.gather(*(returns(member) for member in members * 10))
    for member, client in zip(members * 10, clients, strict=True):
        expected = [event.position for event in await desk.heard_by(member, "USER", head.position)]
        await until(lambda: client.positions == expected)  # noqa: B023 - awaited before the next
        client.check_order()
    assert not [path for path in desk.asked if "/events" in path]
