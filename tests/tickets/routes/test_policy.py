"""Every cell of the policy, asked over HTTP by somebody of that role who is that to the ticket or member.

`DOING` says how each action is done; relations that an action cannot be asked in must not decide anything either.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.word import Role
from tikethet_tickets.rules.policy import LEAST_ROLE, Action, Relation, may
from tikethet_tickets.wiring import prepare

from tests.tickets.routes.conftest import ADMIN, TECHNICAL, Person, TheDesk, opened, settings_of

OWN, ASSIGNED, OTHER = Relation.OWN, Relation.ASSIGNED, Relation.OTHER
Answer = Awaitable[httpx.Response]


class Stage:
    """A desk, somebody of each role who acts, and those around them."""

    def __init__(self, desk: TheDesk) -> None:
        self.desk = desk
        self._drawn = 900_000_000

    async def set_up(self) -> None:
        self.chief = await self.desk.joins(ADMIN, "Игорь")
        assert (await self.chief.post("categories/init-defaults")).status_code == 200
        no_limits = {"tickets_per_hour": 0, "messages_per_minute": 0}
        assert (await self.chief.patch("desk", no_limits)).status_code == 200
        self.customer = await self.fresh(Role.USER)
        self.colleague, self.holder = await self.fresh(Role.HELPER), await self.fresh(Role.HELPER)
        self.actors = {role: await self.fresh(role) for role in Role}

    async def fresh(self, role: Role) -> Person:
        """Somebody new of this role."""
        self._drawn += 1
        person = await self.desk.joins(self._drawn)
        await self.gives(person, role)
        return person

    async def gives(self, person: Person, role: Role) -> None:
        assert (await self.chief.put(f"members/{person.id}/role", {"role": role})).status_code == 200

    async def ticket(self, actor: Person, role: Role, relation: Relation) -> dict[str, Any]:
        """A ticket that the actor is ``relation`` to."""
        ticket = await (actor if relation is OWN else self.customer).opens()
        if relation is ASSIGNED:
            if role is Role.USER:  # they were of the staff when they got it
                await self.gives(actor, Role.HELPER)
            await self.assigns(ticket, actor)
            await self.gives(actor, role)
        return ticket

    async def assigns(self, ticket: dict[str, Any], to: Person) -> None:
        answer = await self.chief.post(f"tickets/{ticket['id']}/assign", {"assignee_id": to.id})
        assert answer.status_code == 200, answer.text

    async def resolves(self, ticket: dict[str, Any]) -> None:
        assert (await self.chief.post(f"tickets/{ticket['id']}/resolve")).status_code == 200


@pytest.fixture(scope="module")
async def stage(postgres: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    settings = settings_of(await postgres.database(), tmp_path_factory.mktemp("policy"))
    await prepare(settings)
    async with opened(settings) as desk:
        stage = Stage(desk)
        await stage.set_up()
        yield stage


# ---------------------------------------------------------------- what is done to a ticket

OnTicket = Callable[[Stage, Person, dict[str, Any], Relation], Answer]


async def _deletes(stage: Stage, actor: Person, ticket: dict[str, Any], _: Relation) -> httpx.Response:
    said = await stage.colleague.says(ticket, "Смотрю")
    return await actor.delete(f"tickets/{ticket['id']}/messages/{said['id']}")


async def _moves(stage: Stage, actor: Person, ticket: dict[str, Any], relation: Relation) -> httpx.Response:
    whose = actor if relation is OWN else stage.customer
    said, other = await whose.says(ticket, "Не сюда"), await whose.opens()
    return await actor.post(f"tickets/{ticket['id']}/messages/{said['id']}/move", {"to": other["id"]})


async def _merges(stage: Stage, actor: Person, ticket: dict[str, Any], relation: Relation) -> httpx.Response:
    into = await (actor if relation is OWN else stage.customer).opens()
    return await actor.post(f"tickets/{ticket['id']}/merge", {"into": into["id"]})


async def _assigns(stage: Stage, actor: Person, ticket: dict[str, Any], relation: Relation) -> httpx.Response:
    to = actor if relation is ASSIGNED else stage.colleague
    return await actor.post(f"tickets/{ticket['id']}/assign", {"assignee_id": to.id})


async def _transfers(stage: Stage, actor: Person, ticket: dict[str, Any], relation: Relation) -> httpx.Response:
    if relation is not ASSIGNED:
        await stage.assigns(ticket, stage.holder)
    return await actor.post(f"tickets/{ticket['id']}/assign", {"assignee_id": stage.colleague.id})


async def _reopens(stage: Stage, actor: Person, ticket: dict[str, Any], _: Relation) -> httpx.Response:
    await stage.resolves(ticket)
    return await actor.post(f"tickets/{ticket['id']}/reopen")


async def _snoozes(_stage: Stage, actor: Person, ticket: dict[str, Any], _: Relation) -> httpx.Response:
    until = datetime.now(UTC) + timedelta(days=1)
    return await actor.put(f"tickets/{ticket['id']}/snooze", {"until": until.isoformat()})


async def _rates(stage: Stage, actor: Person, ticket: dict[str, Any], _: Relation) -> httpx.Response:
    await stage.resolves(ticket)
    return await actor.post(f"tickets/{ticket['id']}/rate", {"score": 5})


ON_TICKET: dict[Action, OnTicket] = {
    Action.SEE_TICKET: lambda _s, actor, ticket, _r: actor.get(f"tickets/{ticket['id']}"),
    Action.POST_MESSAGE: lambda _s, actor, ticket, _r: actor.post(
        f"tickets/{ticket['id']}/messages", {"content": "Да"}
    ),
    Action.ADD_NOTE: lambda _s, actor, ticket, _r: actor.post(
        f"tickets/{ticket['id']}/messages", {"content": "Между нами", "is_internal": True}
    ),
    Action.DELETE_OTHERS_MESSAGE: _deletes,
    Action.MOVE_MESSAGE: _moves,
    Action.MERGE: _merges,
    Action.ASSIGN: _assigns,
    Action.TRANSFER: _transfers,
    Action.MOVE_WORK: lambda _s, actor, ticket, _r: actor.post(
        f"tickets/{ticket['id']}/status", {"status": "IN_PROGRESS"}
    ),
    Action.FINISH: lambda _s, actor, ticket, _r: actor.post(f"tickets/{ticket['id']}/resolve"),
    Action.REOPEN: _reopens,
    Action.CHANGE_DETAILS: lambda _s, actor, ticket, _r: actor.patch(f"tickets/{ticket['id']}", {"priority": "HIGH"}),
    Action.SNOOZE: _snoozes,
    Action.RATE: _rates,
}

# ---------------------------------------------------------------- what is done to a member

OnMember = Callable[[Stage, Person, Person, Role], Answer]
"""By an actor to somebody (themself, or a customer) of that role."""


async def _invites(stage: Stage, actor: Person, whose: Person, _: Role) -> httpx.Response:
    """One makes an invite of one's own, and takes a colleague's back."""
    if whose is actor:
        return await actor.post("invites", {"role": "HELPER"})
    made = (await stage.chief.post("invites", {"role": "HELPER"})).json()
    return await actor.delete(f"invites/{made['id']}")


ON_MEMBER: dict[Action, OnMember] = {
    Action.SEE_MEMBER: lambda _s, actor, whom, _r: actor.get(f"members/{whom.id}"),
    Action.CHANGE_ROLE: lambda _s, actor, whom, role: actor.put(f"members/{whom.id}/role", {"role": role}),
    Action.BLOCK: lambda _s, actor, whom, _r: actor.put(f"members/{whom.id}/blocked", {"blocked": True}),
    Action.EXPORT_MEMBER: lambda _s, actor, whom, _r: actor.get(f"members/{whom.id}/export"),
    Action.ERASE_MEMBER: lambda _s, actor, whom, _r: actor.delete(f"members/{whom.id}"),
    Action.INVITE_STAFF: _invites,
}

# ---------------------------------------------------------------- what is one's own, what is the desk's

ALONE: dict[Action, Callable[[Person], Answer]] = {
    Action.OPEN_TICKET: lambda actor: actor.post("tickets", {"title": "Вопрос", "category_id": TECHNICAL}),
    Action.OPEN_CRITICAL: lambda actor: actor.post(
        "tickets", {"title": "Пожар", "category_id": TECHNICAL, "priority": "CRITICAL"}
    ),
    Action.CHANGE_OWN_SETTINGS: lambda actor: actor.patch("auth/me", {"language": "en"}),
    Action.BE_ON_DUTY: lambda actor: actor.put("duty", {"on_duty": True}),
}
"""There is no way to do these for somebody else."""

AT_THE_DESK: dict[Action, Callable[[Person], Answer]] = {
    Action.SEE_MEMBERS: lambda actor: actor.get("members"),
    Action.MANAGE_CATEGORIES: lambda actor: actor.patch(f"categories/{TECHNICAL}", {"order": 50}),
    Action.SEE_DASHBOARD: lambda actor: actor.get("statistics/dashboard"),
    Action.SEE_STATISTICS: lambda actor: actor.get("statistics/tickets"),
    Action.EXPORT_TICKETS: lambda actor: actor.get("export/tickets.csv"),
    Action.MANAGE_DESK: lambda actor: actor.patch("desk", {"auto_close_days": 7}),
    Action.SEE_TEMPLATES: lambda actor: actor.get("templates"),
    Action.MANAGE_TEMPLATES: lambda actor: actor.post("templates", {"name": "Привет", "texts": {"ru": "Здравствуйте"}}),
    Action.MANAGE_PROGRAMS: lambda actor: actor.get("accounts"),
    Action.BROADCAST: lambda actor: actor.post("broadcasts/preview", {"texts": {"ru": "Всем"}}),
}
"""What somebody is to a ticket makes no difference here."""

# ---------------------------------------------------------------- the cells


def cells(actions: Collection[Action], *relations: Relation) -> list[Any]:
    return [
        pytest.param(action, relation, role, id=f"{action}-{relation}-{role}")
        for action in actions
        for relation in relations
        for role in Role
    ]


def said(answer: httpx.Response) -> bool:
    """Whether it was allowed. What a customer may not know of is not found; who was faster is told by name."""
    if answer.is_success:
        return True
    assert answer.json()["code"] in {"forbidden", "not_found", "already_assigned"}, answer.text
    return False


def test_every_action_is_asked() -> None:
    asked = [*ON_TICKET, *ON_MEMBER, *ALONE, *AT_THE_DESK]
    assert sorted(asked) == sorted(Action)


@pytest.mark.parametrize(("action", "relation", "role"), cells(ON_TICKET, OWN, ASSIGNED, OTHER))
async def test_tickets(stage: Stage, action: Action, relation: Relation, role: Role) -> None:
    actor = stage.actors[role]
    ticket = await stage.ticket(actor, role, relation)
    answer = await ON_TICKET[action](stage, actor, ticket, relation)
    assert said(answer) is may(role, action, relation)


@pytest.mark.parametrize(("action", "relation", "role"), cells(ON_MEMBER, OWN, OTHER))
async def test_members(stage: Stage, action: Action, relation: Relation, role: Role) -> None:
    actor = await stage.fresh(role)
    whom = actor if relation is OWN else await stage.fresh(Role.USER)
    answer = await ON_MEMBER[action](stage, actor, whom, role if relation is OWN else Role.HELPER)
    assert said(answer) is may(role, action, relation)


@pytest.mark.parametrize(("action", "relation", "role"), cells(ALONE, OWN))
async def test_what_is_ones_own(stage: Stage, action: Action, relation: Relation, role: Role) -> None:
    answer = await ALONE[action](stage.actors[role])
    assert said(answer) is may(role, action, relation)
    assert LEAST_ROLE[action][1:] == (None, None)


@pytest.mark.parametrize(("action", "relation", "role"), cells(AT_THE_DESK, OTHER))
async def test_what_is_the_desks(stage: Stage, action: Action, relation: Relation, role: Role) -> None:
    answer = await AT_THE_DESK[action](stage.actors[role])
    assert said(answer) is may(role, action, relation)
    assert len(set(LEAST_ROLE[action])) == 1


@pytest.mark.parametrize("action", ON_MEMBER)
def test_nobody_is_responsible_for_a_member(action: Action) -> None:
    assert LEAST_ROLE[action][1] is None
