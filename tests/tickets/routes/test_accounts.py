"""Service accounts: let in and shut out, and what their tokens open."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tikethet_tickets.rules.integration import OVERLAP

BODY = {"name": "CRM", "audience": "staff", "personal": True, "calls": ["events", "tickets"]}


class Program:
    """A program outside, as the gateway lets it through."""

    def __init__(self, desk: Any, token: str) -> None:
        self._desk = desk
        self.subject = f"account:{hashlib.sha256(token.encode()).hexdigest()}"

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        token = self._desk.signer().token(self.subject, "tickets")
        sent = {"authorization": f"Bearer {token}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return await self._desk.client.request(method, f"/api/v1/{path}", json=body, headers=sent)

    async def heard(self, query: str = "limit=1000") -> list[Any]:
        answer = await self.call("GET", f"events?{query}")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


async def let_in(desk: Any, admin: Any, **facts: Any) -> tuple[Program, dict[str, Any]]:
    answer = await admin.post("accounts", BODY | facts)
    assert answer.status_code == 201, answer.text
    return Program(desk, answer.json()["token"]), answer.json()


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_an_accounts_life(desk: Any, admin: Any) -> None:
    program, made = await let_in(desk, admin)
    assert made["token"].startswith("tkh_")
    (listed,) = (await admin.get("accounts")).json()["items"]
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert listed["last_used_at"] is None

    assert (await program.call("GET", "accounts/me")).json()["last_used_at"] is not None
    (listed,) = (await admin.get("accounts")).json()["items"]
    assert listed["last_used_at"] is not None
    assert (await admin.delete(f"accounts/{made['id']}")).status_code == 204
    assert problem(await program.call("GET", "accounts/me")) == (401, "account_revoked")
    assert problem(await program.call("GET", "events")) == (401, "account_revoked")
    assert (await admin.get("accounts")).json()["items"] == []
    assert problem(await admin.delete(f"accounts/{made['id']}")) == (404, "not_found")


async def test_the_token_is_kept_nowhere(desk: Any, admin: Any) -> None:
    _, made = await let_in(desk, admin)
    reader = desk.app.state.house.reader
    for table in ("events", "accounts", "commands", "account_usage"):
        for row in await reader.fetch(f"SELECT to_json(t)::text FROM tickets.{table} t"):  # noqa: S608
            assert made["token"] not in row[0]


async def test_who_sends_it_twice_has_one_account(admin: Any) -> None:
    answers = [await admin.post("accounts", BODY, idempotency_key="once") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await admin.get("accounts")).json()["items"]) == 1


async def test_admins_alone_see_and_make_them(desk: Any, admin: Any, moderator: Any, customer: Any) -> None:
    program, made = await let_in(desk, admin)
    for person in (moderator, customer):
        assert problem(await person.get("accounts")) == (403, "forbidden")
        assert problem(await person.post("accounts", BODY)) == (403, "forbidden")
        assert problem(await person.delete(f"accounts/{made['id']}")) == (403, "forbidden")
        assert problem(await person.get("accounts/me")) == (403, "forbidden")
    for method, path in (("GET", "accounts"), ("POST", "accounts"), ("DELETE", f"accounts/{made['id']}")):
        body = BODY if method == "POST" else None
        assert problem(await program.call(method, path, body)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"types": ["TicketLost"]}, "types"),
        ({"audience": "everybody"}, "audience"),
        ({"calls": []}, "calls"),
        ({"calls": ["everything"]}, "calls.0"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"personal": "yes"}, "personal"),
        ({"scope": "*"}, "scope"),
    ],
)
async def test_bad_accounts(admin: Any, facts: dict[str, Any], field: str) -> None:
    answer = await admin.post("accounts", BODY | facts)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


async def test_an_account_may_do_nothing_else(desk: Any, admin: Any, customer: Any) -> None:
    program, _ = await let_in(desk, admin)
    ticket = await customer.opens()
    document = (await desk.client.get("/openapi.json")).json()
    for path, item in document["paths"].items():
        for method in item:
            theirs = (method, path) in {("get", "/api/v1/events"), ("post", "/api/v1/tickets")}
            if theirs or path.startswith("/api/v1/accounts/me"):
                continue
            place = path.removeprefix("/api/v1/").replace("{ticket}", ticket["id"])
            answer = await program.call(method.upper(), place, {} if method in {"post", "patch", "put"} else None)
            assert answer.status_code == 403, (method, path, answer.text)


async def test_a_stranger_is_no_account(desk: Any) -> None:
    assert problem(await Program(desk, "tkh_guess").call("GET", "events")) == (401, "unauthorized")


async def test_it_hears_by_its_scopes(desk: Any, admin: Any, customer: Any, helper: Any) -> None:
    everything, _ = await let_in(desk, admin, audience="admin")
    staff, _ = await let_in(desk, admin)
    public, _ = await let_in(desk, admin, audience="public")
    plain, _ = await let_in(desk, admin, personal=False, types=["TicketOpened", "NoteAdded"])
    ticket = await customer.opens()
    note = await helper.says(ticket, "Опять он", is_internal=True)
    await helper.patch(f"tickets/{ticket['id']}/messages/{note['id']}", {"content": "Снова он"})

    positions = [event["position"] for event in await everything.heard()]
    assert positions == list(range(1, len(positions) + 1))
    kinds = {event["type"].removeprefix("tikethet.") for event in await staff.heard()}
    assert {"TicketOpened", "NoteAdded", "MessageEdited"} <= kinds
    assert "AccountAdded" not in kinds
    open_kinds = {event["type"].removeprefix("tikethet.") for event in await public.heard()}
    assert "TicketOpened" in open_kinds
    assert not {"NoteAdded", "MessageEdited"} & open_kinds
    heard = await plain.heard()
    assert [event["type"].removeprefix("tikethet.") for event in heard] == ["TicketOpened", "NoteAdded"]
    assert [heard[0]["data"][name] for name in ("title", "description", "attachments")] == [None] * 3
    assert heard[0]["data"]["number"] == ticket["number"]
    assert heard[1]["data"]["content"] is None
    assert "erased" not in heard[0]


async def test_wrong_questions_about_events(desk: Any, admin: Any) -> None:
    program, _ = await let_in(desk, admin, types=["TicketOpened"])
    deaf, _ = await let_in(desk, admin, calls=["tickets"])
    head = (await program.call("GET", "events")).json()["head"]
    assert problem(await program.call("GET", "events?types=TicketOpened,NoteAdded")) == (403, "out_of_scope")
    assert problem(await program.call("GET", "events?types=TicketLost")) == (422, "invalid")
    assert problem(await program.call("GET", f"events?after={head + 1}")) == (409, "epoch_changed")
    assert problem(await program.call("GET", "events?epoch=another")) == (409, "epoch_changed")
    assert problem(await deaf.call("GET", "events")) == (403, "out_of_scope")


async def test_it_opens_tickets_on_behalf_of_members(desk: Any, admin: Any, customer: Any, helper: Any) -> None:
    program, made = await let_in(desk, admin)
    body = {"title": "Из CRM", "category_id": "01980000-0000-7000-8000-000000000005"}
    asked = body | {"telegram_id": customer.member["telegram_id"]}
    answers = [await program.call("POST", "tickets", asked, idempotency_key="crm-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    ticket = answers[0].json()
    assert answers[1].json()["id"] == ticket["id"]
    assert ticket["user"]["id"] == customer.id
    assert (await customer.sees(ticket))["title"] == "Из CRM"
    (opened,) = await program.heard("types=TicketOpened")
    assert (opened["actor"], opened["channel"]) == (f"account:{made['id']}", "api")
    (item, *_) = (await helper.get(f"tickets/{ticket['id']}/history")).json()["items"]
    assert item["actor"] is None

    mute, _ = await let_in(desk, admin, calls=["events"])
    assert problem(await mute.call("POST", "tickets", asked)) == (403, "out_of_scope")
    for facts, field in ((body, "telegram_id"), (body | {"telegram_id": 1}, "telegram_id")):
        answer = await program.call("POST", "tickets", facts)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == field
    urgent = await program.call("POST", "tickets", asked | {"priority": "CRITICAL"})
    assert urgent.status_code in {403, 422}, urgent.text  # no more than the customer could
    own = await customer.post("tickets", body | {"telegram_id": customer.member["telegram_id"]})
    assert own.json()["errors"][0]["field"] == "telegram_id"
    await admin.put(f"members/{customer.id}/blocked", {"blocked": True})
    assert problem(await program.call("POST", "tickets", asked)) == (403, "blocked")


async def test_it_asks_only_as_often_as_it_may(desk: Any, admin: Any) -> None:
    program, _ = await let_in(desk, admin, requests_per_minute=2)
    answers = [await program.call("GET", "accounts/me") for _ in range(4)]
    assert [answer.status_code for answer in answers][:2] == [200, 200]
    assert problem(answers[-1]) == (429, "rate_limited")
    assert int(answers[-1].headers["retry-after"]) == 30


async def replaced(desk: Any, admin: Any, account: dict[str, Any], body: Any = None) -> tuple[Program, dict[str, Any]]:
    answer = await admin.post(f"accounts/{account['id']}/rotate", body, idempotency_key="rotate-1")
    assert answer.status_code == 200, answer.text
    again = await admin.post(f"accounts/{account['id']}/rotate", body, idempotency_key="rotate-1")
    assert again.json() == answer.json()  # who did not hear it asks again
    return Program(desk, answer.json()["token"]), answer.json()


async def test_a_token_is_replaced_and_the_old_one_works_a_while(desk: Any, admin: Any) -> None:
    old, made = await let_in(desk, admin)
    new, answer = await replaced(desk, admin, made)
    assert answer["token"] != made["token"]
    until = datetime.fromisoformat(answer["old_token_until"])
    assert timedelta(0) < OVERLAP - (until - datetime.now(UTC)) < timedelta(minutes=5)
    for program in (old, new):
        me = await program.call("GET", "accounts/me")
        assert (me.status_code, me.json()["id"]) == (200, made["id"])
    await admin.delete(f"accounts/{made['id']}")
    for program in (old, new):
        assert problem(await program.call("GET", "accounts/me")) == (401, "account_revoked")


async def test_a_token_is_replaced_at_once(desk: Any, admin: Any) -> None:
    old, made = await let_in(desk, admin)
    new, answer = await replaced(desk, admin, made, {"now": True})
    assert answer["old_token_until"] is None
    assert problem(await old.call("GET", "events")) == (401, "token_replaced")
    assert (await new.call("GET", "events")).status_code == 200
    newest = await admin.post(f"accounts/{made['id']}/rotate")
    assert problem(await old.call("GET", "events")) == (401, "unauthorized")  # two ago: known no more
    assert (await new.call("GET", "events")).status_code == 200
    reader = desk.app.state.house.reader
    for table in ("events", "accounts", "commands"):
        for row in await reader.fetch(f"SELECT to_json(t)::text FROM tickets.{table} t"):  # noqa: S608
            assert newest.json()["token"] not in row[0]


async def test_who_may_not_replace_a_token(desk: Any, admin: Any, helper: Any) -> None:
    program, made = await let_in(desk, admin)
    assert problem(await helper.post(f"accounts/{made['id']}/rotate")) == (403, "forbidden")
    assert problem(await program.call("POST", f"accounts/{made['id']}/rotate")) == (403, "forbidden")
    assert problem(await admin.post(f"accounts/{made['id']}/rotate", {"now": "yes"})) == (422, "invalid")
    await admin.delete(f"accounts/{made['id']}")
    for unknown in (made["id"], "01980000-0000-7000-8000-000000000005", "x"):
        assert problem(await admin.post(f"accounts/{unknown}/rotate")) == (404, "not_found")
