"""The log as CloudEvents, each hearing what they may."""

from typing import Any


async def heard(person: Any, query: str = "limit=1000") -> list[dict[str, Any]]:
    answer = await person.get(f"events?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_everybody_hears_what_they_may(desk: Any, customer: Any, other: Any, helper: Any) -> None:
    ticket = await customer.opens()
    await helper.says(ticket, "Смотрим")
    note = await helper.says(ticket, "Опять он", is_internal=True)
    await helper.patch(f"tickets/{ticket['id']}/messages/{note['id']}", {"content": "Снова он"})
    await helper.patch(f"tickets/{ticket['id']}", {"tags": ["сервер"]})

    about = [event for event in await heard(customer) if event["subject"] == ticket["id"]]
    assert [event["type"].removeprefix("tikethet.") for event in about] == [
        "TicketOpened",
        "MessagePosted",
        "WorkStarted",
        "ReplyAwaited",
    ]
    assert about[0]["data"]["title"] == "Сервер молчит"
    assert all(event["requester"] == customer.id for event in await heard(customer))
    assert [event for event in await heard(other) if event["subject"] == ticket["id"]] == []
    assert {event["type"] for event in await heard(helper)} >= {"tikethet.NoteAdded", "tikethet.TagsChanged"}
    everything = (await desk.service("notify", "GET", "events?limit=1000")).json()
    assert [event["position"] for event in everything["items"]] == list(range(1, everything["head"] + 1))
    assert (await desk.service("gateway", "GET", "events")).status_code == 403


async def test_events_are_walked_by_position(admin: Any) -> None:
    walked: list[int] = []
    after = 0
    while True:
        page = (await admin.get(f"events?after={after}&limit=3")).json()
        walked += [event["position"] for event in page["items"]]
        if page["position"] >= page["head"]:
            break
        after = page["position"]
    assert walked == list(range(1, page["head"] + 1))
    beyond = (await admin.get(f"events?after={page['head']}")).json()
    assert (beyond["items"], beyond["position"]) == ([], page["head"])
    assert beyond["epoch"] == page["epoch"]


async def test_where_the_log_ends_is_known_without_reading_it(desk: Any, customer: Any) -> None:
    await customer.opens()
    head = (await desk.service("notify", "GET", "events?limit=1")).json()["head"]
    far = await desk.service("notify", "GET", f"events?after={2**62}&limit=1")
    assert (far.json()["items"], int(far.headers["tikethet-position"])) == ([], head)


async def test_a_customer_gets_past_what_is_not_for_them(customer: Any, other: Any) -> None:
    for n in range(12):
        await other.opens(str(n))
    mine = await customer.opens()
    page = (await customer.get("events?limit=2&types=TicketOpened")).json()
    assert [event["subject"] for event in page["items"]] == [mine["id"]]
    assert page["position"] == page["head"]


async def test_only_some_types(admin: Any, customer: Any) -> None:
    await customer.opens()
    found = await heard(admin, "types=TicketOpened,tikethet.MemberJoined")
    assert [event["type"] for event in found] == [
        "tikethet.MemberJoined",
        "tikethet.MemberJoined",
        "tikethet.TicketOpened",
    ]
    for wrong in ("types=Nonsense", "types=,", "after=-1", "limit=0", "limit=1001"):
        assert (await admin.get(f"events?{wrong}")).status_code == 422


async def test_another_history_is_refused(admin: Any) -> None:
    page = (await admin.get("events")).json()
    assert (await admin.get(f"events?epoch={page['epoch']}")).status_code == 200
    other = await admin.get("events?epoch=another")
    assert (other.status_code, other.json()["code"], other.json()["epoch"]) == (409, "epoch_changed", page["epoch"])


async def test_who_asks_again_and_again_hears_of_nothing_new_in_few_bytes(customer: Any) -> None:
    ticket = await customer.opens()
    first = await customer.get("events?after=0&limit=1000")
    again = await customer.get("events?after=0&limit=1000", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["tikethet-epoch"] == first.json()["epoch"]
    await customer.says(ticket, "Ещё одно")
    news = await customer.get("events?after=0&limit=1000", if_none_match=first.headers["etag"])
    assert len(news.json()["items"]) > len(first.json()["items"])
