"""Two tickets about the same: one ends and goes on in the other, nothing is lost, and they can be two again."""

import asyncio
from datetime import timedelta
from typing import Any

from tikethet_events.ticket import ForgetTicket
from tikethet_tickets.handle.core import of_the_house

from tests.tickets.routes.conftest import Person, TheDesk


async def merges(who: Person, ticket: dict[str, Any], into: dict[str, Any], **headers: str) -> Any:
    return await who.post(f"tickets/{ticket['id']}/merge", {"into": str(into["number"])}, **headers)


async def parts(who: Person, ticket: dict[str, Any], **headers: str) -> Any:
    return await who.post(f"tickets/{ticket['id']}/unmerge", **headers)


async def conversation(who: Person, ticket: dict[str, Any]) -> list[str | None]:
    items = (await who.get(f"tickets/{ticket['id']}/messages")).json()["items"]
    return [each["content"] for each in items]


async def lines(who: Person, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await who.get(f"tickets/{ticket['id']}/history?size=100")).json()["items"])


async def test_one_ends_and_goes_on_in_the_other(customer: Person, helper: Person) -> None:
    old, new = await customer.opens("Сервер"), await customer.opens("Опять сервер")
    await customer.says(old, "Есть кто?")
    merged = await merges(helper, old, new)
    assert merged.status_code == 200, merged.text
    assert (merged.json()["status"], merged.json()["merged_into"]) == ("CLOSED", new["id"])
    assert (await helper.sees(new))["status"] == "OPEN"
    assert await conversation(customer, old) == ["Есть кто?"]
    assert (await lines(customer, old))[-1]["text"].endswith(
        f"объединяет обращение с #{new['number']}: продолжение там"
    )
    assert (await lines(customer, old))[-1]["changes"]["merged_into"] == {"from": None, "to": new["id"]}
    assert (await lines(customer, new))[-1]["text"].endswith(f"присоединяет сюда обращение #{old['number']}")
    told = [each["text"] for each in (await customer.get("notifications")).json()["items"]]
    assert f"Обращение #{old['number']} объединено с другим: продолжение там" in told


async def test_what_its_customer_says_to_it_is_said_where_it_goes_on(customer: Person, helper: Person) -> None:
    first, second, third = [await customer.opens(title) for title in ("Один", "Два", "Три")]
    answer = await helper.says(first, "Смотрим")
    file = (await customer.sends(b"%PDF-1.4 bill", "счёт.pdf")).json()
    await merges(helper, first, second)
    await merges(helper, second, third)
    said = await customer.says(first, "Ну что там?", reply_to=answer["id"], attachments=[file["id"]])
    assert (said["ticket_id"], said["reply_to"], len(said["attachments"])) == (third["id"], None, 1)
    assert await conversation(customer, third) == ["Ну что там?"]
    assert (await helper.sees(first))["status"] == "CLOSED"
    refused = await helper.post(f"tickets/{first['id']}/messages", {"content": "Готово"})
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_merged")
    assert refused.json()["detail"] == f"Обращение объединено с #{second['number']}: продолжение там."
    assert (await helper.says(first, "Между нами", is_internal=True))["is_internal"] is True


async def test_where_it_goes_on_may_be_over_by_then(desk: TheDesk, customer: Person, helper: Person) -> None:
    old, new = await customer.opens("Сервер"), await customer.opens("Опять")
    await merges(helper, old, new)
    await helper.post(f"tickets/{new['id']}/close")
    said = await customer.says(old, "Снова упало")
    assert said["ticket_id"] == new["id"]
    assert (await helper.sees(new))["status"] == "OPEN"
    await helper.post(f"tickets/{new['id']}/close")
    desk.clock.ahead += timedelta(days=8)
    late = await customer.says(old, "И через неделю")
    fresh = (await customer.get(f"tickets/{late['ticket_id']}")).json()
    assert (fresh["linked_to"], fresh["status"]) == (new["id"], "OPEN")


async def test_only_tickets_of_one_customer_that_go_on(customer: Person, other: Person, helper: Person) -> None:
    mine, also, theirs = await customer.opens(), await customer.opens(), await other.opens()
    for into, status, code in ((theirs, 422, "invalid"), (mine, 422, "invalid")):
        refused = await merges(helper, mine, into)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    nowhere = await helper.post(f"tickets/{mine['id']}/merge", {"into": "999999"})
    assert nowhere.status_code == 404
    assert (await merges(customer, mine, also)).json()["code"] == "forbidden"
    assert (await merges(other, mine, theirs)).json()["code"] == "not_found"
    await helper.post(f"tickets/{also['id']}/close")
    assert (await merges(helper, mine, also)).json()["code"] == "ticket_closed"
    assert [each["type"] for each in await lines(helper, mine)] == ["TicketOpened"]
    for body in ({}, {"into": ""}, {"into": 7}, {"into": str(also["number"]), "more": 1}):
        assert (await helper.post(f"tickets/{mine['id']}/merge", body)).status_code == 422


async def test_merged_once_whoever_is_faster(customer: Person, helper: Person, moderator: Person) -> None:
    one, two = await customer.opens(), await customer.opens()
    answers = await asyncio.gather(merges(helper, one, two), merges(moderator, two, one))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    ended, goes_on = (one, two) if (await helper.sees(one))["merged_into"] else (two, one)
    assert (await helper.sees(goes_on))["merged_into"] is None
    third = await customer.opens()
    refused = await merges(helper, third, ended)
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_merged")
    assert (await merges(helper, ended, third)).json()["code"] == "ticket_merged"
    for path in ("reopen", "resolve", "close"):
        assert (await helper.post(f"tickets/{ended['id']}/{path}")).json()["code"] == "ticket_merged"


async def test_with_its_key_and_its_version(customer: Person, helper: Person) -> None:
    old, new = await customer.opens(), await customer.opens()
    stale = await merges(helper, old, new, if_match='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    first, again = [await merges(helper, old, new, idempotency_key="join") for _ in "ab"]
    assert (first.status_code, again.json()) == (200, first.json())
    assert len([each for each in await lines(helper, new) if each["type"] == "TicketMerged"]) == 1
    apart, repeated = [await parts(helper, old, idempotency_key="part") for _ in "ab"]
    assert (apart.status_code, repeated.json()) == (200, apart.json())


async def test_two_again(customer: Person, helper: Person) -> None:
    old, new, done = [await customer.opens(title) for title in ("Сервер", "Оплата", "Готово")]
    await helper.post(f"tickets/{done['id']}/resolve")
    for ticket in (old, done):
        await merges(helper, ticket, new)
    assert (await parts(customer, old)).json()["code"] == "forbidden"
    apart = (await parts(helper, old)).json()
    assert (apart["status"], apart["merged_into"]) == ("OPEN", None)
    assert (await lines(customer, old))[-1]["text"].endswith(f"отделяет обращение от #{new['number']}")
    assert (await lines(customer, new))[-1]["text"].endswith(f"отделяет обращение #{old['number']}")
    assert (await customer.says(old, "Сам по себе"))["ticket_id"] == old["id"]
    assert (await parts(helper, done)).json()["status"] == "RESOLVED"
    refused = await parts(helper, old)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_merged")


async def test_where_it_went_may_be_forgotten_by_then(desk: TheDesk, customer: Person, helper: Person) -> None:
    old, new = await customer.opens("Сервер"), await customer.opens("Опять")
    await merges(helper, old, new)
    await helper.post(f"tickets/{new['id']}/close")
    await desk.app.state.house.tickets.on_time(of_the_house("ForgetTicket", "timer"), new["id"], ForgetTicket())
    forgotten = [each["type"] for each in await lines(helper, new)]
    assert (await parts(helper, old)).json()["status"] == "OPEN"
    assert [each["type"] for each in await lines(helper, new)] == forgotten
    assert (await customer.says(old, "Сам по себе"))["ticket_id"] == old["id"]


async def test_it_counts_as_closed_and_as_nobodys_work(admin: Person, customer: Person, helper: Person) -> None:
    old, new = await customer.opens(), await customer.opens()
    await merges(helper, old, new)
    found = (await admin.get("statistics/tickets")).json()
    assert (found["total"]["open"], found["total"]["resolution"]["count"]) == (1, 0)
    counts = (await helper.get("tickets/counts")).json()["by_status"]
    assert (counts["OPEN"], counts["CLOSED"]) == (1, 1)
    await parts(helper, old)
    assert (await helper.get("tickets/counts")).json()["by_status"].get("CLOSED", 0) == 0


async def test_words_that_name_no_ticket_go_where_it_goes_on(desk: TheDesk, customer: Person, helper: Person) -> None:
    old, new = await customer.opens("Сервер"), await customer.opens("Опять")
    await merges(helper, old, new)
    await helper.post(f"tickets/{new['id']}/resolve")
    body: dict[str, Any] = {
        "title": "Всё ещё",
        "content": "Всё ещё",
        "attachments": [],
        "category_id": None,
        "anew": False,
        "thanks": False,
    }
    went = (await Person(customer.client, desk.signer("bot"), customer.member).post("internal/words", body)).json()
    assert (went["what"], went["ticket_id"]) == ("posted", new["id"])
