"""The conversation over HTTP."""

from typing import Any


async def test_notes_are_staffs_own(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    note = await helper.says(ticket, "Опять он", is_internal=True)
    assert note["is_internal"] is True
    path = f"tickets/{ticket['id']}"
    assert (await helper.get(f"{path}/messages")).json()["total"] == 1
    assert (await customer.get(f"{path}/messages")).json()["items"] == []
    assert (await customer.patch(f"{path}/messages/{note['id']}", {"content": "x"})).status_code == 404
    assert (await customer.delete(f"{path}/messages/{note['id']}")).status_code == 404
    assert (await customer.sees(ticket))["status"] == "OPEN"


async def test_a_message_is_changed_and_taken_back(customer: Any, helper: Any, moderator: Any) -> None:
    ticket = await customer.opens()
    message = await customer.says(ticket, "Есть кто?")
    path = f"tickets/{ticket['id']}/messages/{message['id']}"
    assert (await helper.patch(path, {"content": "x"})).json()["code"] == "forbidden"
    changed = await customer.patch(path, {"content": " Ау "})
    assert (changed.json()["content"], changed.json()["edited_at"] is not None) == ("Ау", True)
    assert changed.headers["etag"] == '"3"'
    assert (await helper.delete(path)).json()["code"] == "forbidden"
    gone = await moderator.delete(path)
    assert (gone.status_code, gone.content, gone.headers["etag"]) == (204, b"", '"4"')
    shown = (await customer.get(f"tickets/{ticket['id']}/messages")).json()["items"]
    assert [(item["content"], item["deleted_at"] is not None) for item in shown] == [(None, True)]
    assert (await customer.delete(path)).status_code == 204
    assert (await customer.patch(path, {"content": "y"})).status_code == 404
    assert (await customer.delete(f"tickets/{ticket['id']}/messages/nonsense")).status_code == 404


async def test_a_reply_names_what_it_answers(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    question = await customer.says(ticket, "Когда?")
    answer = await helper.says(ticket, "Завтра", reply_to=question["id"])
    assert answer["reply_to"] == question["id"]
    unknown = {"content": "x", "reply_to": "01980000-0000-7000-8000-0000000000ff"}
    assert (await customer.post(f"tickets/{ticket['id']}/messages", unknown)).status_code == 404


async def test_the_conversation_is_walked_both_ways(customer: Any) -> None:
    ticket = await customer.opens()
    said = [(await customer.says(ticket, str(n)))["content"] for n in range(5)]
    path = f"tickets/{ticket['id']}/messages"
    first = (await customer.get(f"{path}?size=2")).json()
    assert [item["content"] for item in first["items"]] == said[:2]
    second = (await customer.get(f"{path}?size=2&cursor={first['next_cursor']}")).json()
    assert [item["content"] for item in second["items"]] == said[2:4]
    latest = (await customer.get(f"{path}?size=2&latest=true")).json()
    assert [item["content"] for item in latest["items"]] == said[3:]
    before = (await customer.get(f"{path}?size=2&cursor={latest['prev_cursor']}")).json()
    assert [item["content"] for item in before["items"]] == said[1:3]


async def test_reading_is_remembered(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    await helper.says(ticket, "Раз")
    await helper.says(ticket, "Два")
    assert (await customer.sees(ticket))["unread_count"] == 2
    read = await customer.post(f"tickets/{ticket['id']}/read", {"version": 2})
    assert (read.status_code, read.content) == (204, b"")
    assert (await customer.sees(ticket))["unread_count"] == 1
    await customer.post(f"tickets/{ticket['id']}/read")
    assert (await customer.sees(ticket))["unread_count"] == 0
    await customer.post(f"tickets/{ticket['id']}/read", {"version": 1})
    assert (await customer.sees(ticket))["unread_count"] == 0
    await customer.post(f"tickets/{ticket['id']}/read", {"version": 10**6})
    await helper.says(ticket, "Три")
    assert (await customer.sees(ticket))["unread_count"] == 1


async def test_files_that_were_never_sent_are_refused(customer: Any) -> None:
    ticket = await customer.opens()
    body = {"content": "Вот", "attachments": ["01980000-0000-7000-8000-0000000000ff"]}
    answer = await customer.post(f"tickets/{ticket['id']}/messages", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "attachments.0")
