"""No way of the API tells a customer of a note, or a stranger of a ticket, whatever it is called and whatever is asked.

The calls are those of the OpenAPI document, so one that is added tomorrow is asked too.
"""

from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import pytest
from tikethet_devstack.provision import Databases
from tikethet_tickets.wiring import prepare

from tests.tickets.routes.conftest import (
    ADMIN,
    CUSTOMER,
    HELPER,
    OTHER,
    TECHNICAL,
    Person,
    TheDesk,
    opened,
    settings_of,
)

WORD, NOTE = "сейфоткрыт", "ключподковриком"
"""A word of the ticket's public side, and one that only notes have."""


class House:
    """A desk where a customer has a ticket, with a note and a file of either kind."""

    def __init__(self, desk: TheDesk) -> None:
        self.desk = desk

    async def furnish(self) -> None:
        admin = await self.desk.joins(ADMIN, "Игорь")
        assert (await admin.post("categories/init-defaults")).status_code == 200
        self.helper = await self.desk.staff(HELPER, "HELPER")
        self.customer = await self.desk.joins(CUSTOMER, "Приметная", username="primetnaya_k")
        self.stranger = await self.desk.joins(OTHER, "Чужой")
        file = await self._sent(self.customer, f"{WORD}.txt")
        self.ticket = await self.customer.opens(f"Мой {WORD}", description=f"Опять {WORD}", attachments=[file])
        self.said = await self.customer.says(self.ticket, f"Да, {WORD}")
        note_file = await self._sent(self.helper, f"{NOTE}.txt")
        self.note = await self.helper.says(self.ticket, NOTE, is_internal=True, attachments=[note_file])
        gone = await self.helper.says(self.ticket, NOTE, is_internal=True)
        path = f"tickets/{self.ticket['id']}"
        for answer in (
            await self.helper.patch(f"{path}/messages/{gone['id']}", {"content": f"{NOTE}, снова"}),
            await self.helper.delete(f"{path}/messages/{gone['id']}"),
            await self.helper.patch(path, {"tags": ["меткадлясвоих"]}),
            await self.helper.post(f"{path}/assign", {"assignee_id": self.helper.id}),
        ):
            assert answer.is_success, answer.text
        await self.helper.says(self.ticket, f"Проверим {WORD}")
        await self.stranger.opens("Другое")
        self.of_notes = {NOTE, self.note["id"], gone["id"], note_file, "меткадлясвоих"}
        self.of_ticket = {WORD, self.ticket["id"], self.said["id"], file, self.customer.id, "Приметная", "primetnaya_k"}
        self.ids = {
            "ticket": [self.ticket["id"], str(self.ticket["number"])],
            "message": [self.said["id"], self.note["id"]],
            "file": [file, note_file],
            "member": [self.customer.id, self.helper.id, "me"],
            "category": [TECHNICAL],
        }
        self.questions = [
            "", "size=1", "latest=true", f"q={WORD}", f"q={NOTE}", "q=Приметная", "tag=меткадлясвоих", "snoozed=false",
            f"q={self.ticket['number']}", f"requester={self.customer.id}", f"assigned_to={self.helper.id}", "role=USER",
            "sort=-waiting", "after=0&limit=1000", "types=NoteAdded", "types=MessageEdited,MessageDeleted,TagsChanged",
            *(f"at={version}" for version in range(1, (await self.helper.sees(self.ticket))["version"] + 1)),
        ]  # fmt: skip

    async def _sent(self, who: Person, filename: str) -> str:
        answer = await who.sends(filename.encode(), filename)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def calls(self, *methods: str) -> Iterator[tuple[str, str]]:
        """Every call of these methods, each with everything that may stand in its path; below ``/api/v1/``."""
        for template, operations in self.desk.app.openapi()["paths"].items():
            names = [part[1:-1] for part in template.split("/") if part.startswith("{")]
            for ids in product(*(self.ids.get(name, [self.ticket["id"]]) for name in names)):
                path = template.removeprefix("/api/v1/").format(**dict(zip(names, ids, strict=True)))
                yield from ((method.upper(), path) for method in operations if method.upper() in methods)

    async def told(self, who: Person, secrets: set[str]) -> dict[str, str]:
        """Which of the secrets one learns by asking everything there is to ask, and where."""
        found: dict[str, str] = {}
        for (method, path), question in product(self.calls("GET"), self.questions):
            answer = await who.call(method, f"{path}?{question}")
            assert answer.status_code < 500, (path, question, answer.text)
            said = answer.text + str(answer.headers) if answer.is_success else answer.text
            found |= {secret: f"{path}?{question}" for secret in secrets if secret in said}
        return found


@pytest.fixture(scope="module")
async def house(postgres: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    settings = settings_of(await postgres.database(), tmp_path_factory.mktemp("privacy"))
    await prepare(settings)
    async with opened(settings) as desk:
        house = House(desk)
        await house.furnish()
        yield house


async def test_a_helper_learns_everything_by_the_same_questions(house: House) -> None:
    secrets = house.of_ticket | house.of_notes
    assert (await house.told(house.helper, secrets)).keys() == secrets, "the questions no longer find what there is"


async def test_a_customer_learns_nothing_of_notes(house: House) -> None:
    assert await house.told(house.customer, house.of_notes) == {}


async def test_a_stranger_learns_nothing_at_all(house: House) -> None:
    assert await house.told(house.stranger, house.of_ticket | house.of_notes) == {}


async def test_to_a_stranger_it_is_as_if_there_were_no_such_ticket(house: House) -> None:
    bodies: dict[str, Any] = {
        "assign": {"assignee_id": None},
        "status": {"status": "CLOSED"},
        "rate": {"score": 5},
        "messages": {"content": "Пустите"},
        "move": {"to": house.ticket["id"]},
        "merge": {"into": house.ticket["id"]},
        "snooze": {"until": "2100-01-01T00:00:00Z"},
        house.ticket["id"]: {"title": "Моё"},
        str(house.ticket["number"]): {"title": "Моё"},
        house.said["id"]: {"content": "Моё"},
        house.note["id"]: {"content": "Моё"},
    }
    before = (await house.helper.sees(house.ticket))["version"]
    asked = 0
    for method, path in house.calls("POST", "PUT", "PATCH", "DELETE"):
        start, _, rest = path.partition("/")
        if start != "tickets" or not rest:
            continue
        body = None if method == "DELETE" else bodies.get(path.rpartition("/")[2], {})
        nowhere = path.replace(house.ticket["id"], "01980000-0000-7000-8000-00000000dead")
        nowhere = nowhere.replace(f"/{house.ticket['number']}", "/999999")
        for headers in ({}, {"if_match": '"1"'}):
            there = await house.stranger.call(method, path, body, **headers)
            none = await house.stranger.call(method, nowhere, body, **headers)
            assert there.status_code in {403, 404}, (method, path, there.text)
            assert (there.status_code, there.text) == (none.status_code, none.text), (method, path)
        asked += 1
    assert asked > len(bodies)
    assert (await house.helper.sees(house.ticket))["version"] == before
