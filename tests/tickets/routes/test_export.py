"""The table of tickets: what a spreadsheet gets, whole however long it is, and never as a formula."""

import csv
import io

import pytest
from tikethet_tickets.queries import tickets_csv
from tikethet_tickets.queries.tickets_csv import harmless

from tests.tickets.routes.conftest import OTHER, Person, TheDesk


async def table(who: Person, query: str = "") -> list[dict[str, str]]:
    answer = await who.get(f"export/tickets.csv{query}")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_a_table_for_admins(customer: Person, helper: Person, moderator: Person, admin: Person) -> None:
    ticket = await customer.opens('Не работает "кнопка", совсем')
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await helper.says(ticket, "Смотрю")
    (row,) = await table(admin, "?tz=Asia/Tokyo")
    assert (row["Номер"], row["Тема"]) == (str(ticket["number"]), 'Не работает "кнопка", совсем')
    assert (row["Статус"], row["Ответственный"], row["Закрыто"]) == ("WAITING_RESPONSE", "Мария", "")
    assert row["Первый ответ"] >= row["Создано"] > "2026"
    assert [(await who.get("export/tickets.csv")).status_code for who in (customer, helper, moderator)] == [403] * 3


async def test_heads_in_english(desk: TheDesk, admin: Person) -> None:
    reader = await desk.staff(OTHER, "ADMIN", "Ann", language="en")
    assert (await reader.patch("auth/me", {"language": "en"})).status_code == 200
    answer = await reader.get("export/tickets.csv")
    assert answer.text.startswith("\ufeffNumber,Title,Status,")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "tickets.csv" in answer.headers["content-disposition"]
    assert (await admin.get("export/tickets.csv")).text.startswith("\ufeffНомер,Тема,")


async def test_filters_are_those_of_the_list(customer: Person, admin: Person) -> None:
    await customer.opens("Первое", priority="HIGH")
    second = await customer.opens("Второе")
    assert (await customer.post(f"tickets/{second['id']}/close")).status_code == 200
    assert [row["Тема"] for row in await table(admin, "?status=CLOSED")] == ["Второе"]
    assert [row["Тема"] for row in await table(admin, "?priority=HIGH&status=OPEN&status=CLOSED")] == ["Первое"]
    assert [row["Тема"] for row in await table(admin, "?q=второе")] == ["Второе"]
    for query in ("status=NONE", "category_id=x", "tz=Mars/Olympus"):
        assert (await admin.get(f"export/tickets.csv?{query}")).status_code == 422


async def test_parts_follow_each_other(customer: Person, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets_csv, "PART", 2)
    numbers = [str((await customer.opens(f"Номер {n}"))["number"]) for n in range(5)]
    assert [row["Номер"] for row in await table(admin)] == numbers


async def test_nothing_is_a_formula(customer: Person, admin: Person) -> None:
    titles = ["=1+1", "+7 900", "-1", "@SUM(A1)", "обычная"]
    for title in titles:
        await customer.opens(title)
    assert [row["Тема"] for row in await table(admin)] == ["'=1+1", "'+7 900", "'-1", "'@SUM(A1)", "обычная"]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＋", "＠"])
def test_what_looks_like_a_formula_is_quoted(begins: str) -> None:
    assert harmless(f"{begins}cmd|' /C calc'!A0") == f"'{begins}cmd|' /C calc'!A0"
    assert harmless(f"a{begins}") == f"a{begins}"
