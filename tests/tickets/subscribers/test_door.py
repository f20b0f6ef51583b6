"""Programs outside on a real NATS: who gets in, what each may touch there, how long."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from tikethet_tickets.subscribers.consumers import inbox_prefix

from tests.tickets.routes.test_accounts import Program
from tests.tickets.subscribers.conftest import Outside, until


async def kept(outside: Outside, account: dict[str, Any], number: int = 1, **wanted: Any) -> dict[str, Any]:
    answer = await Program(outside.desk, account["token"]).call("PUT", f"accounts/me/consumers/{number}", wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def heard(client: Client, consumer: dict[str, Any], count: int) -> list[Any]:
    """`count` messages, acknowledged."""
    stream = client.jetstream(prefix=consumer["api_prefix"])
    pull = await stream.pull_subscribe_bind(consumer["name"], stream=consumer["stream"])
    messages: list[Any] = []
    async with asyncio.timeout(60):
        while len(messages) < count:
            try:
                messages += await pull.fetch(count - len(messages), timeout=2)
            except NatsTimeoutError:
                continue
    for message in messages:
        await message.ack_sync()
    await pull.unsubscribe()
    return messages


def kinds(messages: list[Any]) -> list[str]:
    return [message.subject.rpartition(".")[2] for message in messages]


async def test_every_event_at_the_sequence_of_its_position(outside: Outside) -> None:
    customer = await outside.desk.joins(700_000_001, "Алексей")
    ticket = await customer.opens()
    account = await outside.account()
    consumer = await kept(outside, account)
    assert consumer["subjects"] == ["tikethet.events.>"]
    client = await outside.connect(account)
    head = (await outside.admin.get("events")).json()["head"]
    messages = await heard(client, consumer, head)
    assert [message.metadata.sequence.stream for message in messages] == list(range(1, head + 1))
    opened = next(message for message in messages if message.headers["ce-type"] == "tikethet.TicketOpened")
    assert json.loads(opened.data)["title"] == ticket["title"]
    # Its own durable: what was acknowledged does not come again, from whatever connection.
    again = await outside.connect(account)
    await customer.says(ticket, "Есть новости?")
    assert kinds(await heard(again, consumer, 1)) == ["MessagePosted"]


async def test_one_customer_one_ticket_one_kind_from_a_position(outside: Outside) -> None:
    one = await outside.desk.joins(700_000_001, "Алексей")
    two = await outside.desk.joins(700_000_005, "Чужой")
    tickets = [await one.opens("раз"), await one.opens("два"), await two.opens("три")]
    account = await outside.account()
    client = await outside.connect(account)
    of_one = await kept(outside, account, 1, member_id=one.id)
    assert kinds(await heard(client, of_one, 3)) == ["MemberJoined", "TicketOpened", "TicketOpened"]
    of_ticket = await kept(outside, account, 2, ticket_id=tickets[2]["id"])
    assert kinds(await heard(client, of_ticket, 1)) == ["TicketOpened"]
    of_kind = await kept(outside, account, 3, types=["TicketOpened"])
    opened = await heard(client, of_kind, 3)
    second = opened[1].metadata.sequence.stream
    later = await kept(outside, account, 3, types=["TicketOpened"], after=second)
    assert [message.metadata.sequence.stream for message in await heard(client, later, 1)] == [
        opened[2].metadata.sequence.stream
    ]


async def test_scopes_hold_on_the_stream(outside: Outside) -> None:
    staff = await outside.desk.staff(700_000_002, "HELPER")
    customer = await outside.desk.joins(700_000_001, "Алексей")
    ticket = await customer.opens()
    await staff.says(ticket, "Опять он", is_internal=True)
    await staff.post(f"tickets/{ticket['id']}/assign", {"assignee_id": staff.id})

    public = await outside.account(audience="public")
    consumer = await kept(outside, public, types=["TicketOpened", "TicketAssigned"])
    assert kinds(await heard(await outside.connect(public), consumer, 2)) == ["TicketOpened", "TicketAssigned"]
    plain = await outside.account(personal=False)
    consumer = await kept(outside, plain, ticket_id=ticket["id"])
    assert kinds(await heard(await outside.connect(plain), consumer, 1)) == ["TicketAssigned"]

    for account, wanted in (
        (public, {"types": ["NoteAdded"]}),
        (public, {"types": ["MessageEdited"]}),
        (plain, {"types": ["TicketOpened"]}),
    ):
        program = Program(outside.desk, account["token"])
        answer = await program.call("PUT", "accounts/me/consumers/1", wanted)
        assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    deaf = Program(outside.desk, (await outside.account(calls=["tickets"]))["token"])
    assert (await deaf.call("PUT", "accounts/me/consumers/1", {})).status_code == 403


async def test_wrong_wishes_for_consumers(outside: Outside) -> None:
    account = await outside.account()
    program = Program(outside.desk, account["token"])
    for number, wanted, status, code in (
        (0, {}, 422, "invalid"),
        (9, {}, 422, "invalid"),
        (1, {"types": ["TicketLost"]}, 422, "invalid"),
        (1, {"member_id": "*"}, 422, "invalid"),
        (1, {"ticket_id": "a.>"}, 422, "invalid"),
        (1, {"after": -1}, 422, "invalid"),
        (1, {"after": 10**9}, 409, "epoch_changed"),
    ):
        answer = await program.call("PUT", f"accounts/me/consumers/{number}", wanted)
        assert (answer.status_code, answer.json()["code"]) == (status, code), wanted
    assert (await program.call("DELETE", "accounts/me/consumers/7")).status_code == 204


async def test_strangers_and_those_without_the_scope_stay_outside(outside: Outside) -> None:
    deaf = await outside.account(calls=["tickets"])
    for token in ("tkh_guess", "x", deaf["token"]):
        assert await outside.knock(token) == "-ERR 'Authorization Violation'"
    assert await outside.knock((await outside.account())["token"]) == "PONG"


@pytest.mark.slow
async def test_a_program_touches_only_what_is_its_own(outside: Outside) -> None:
    mine, theirs = await outside.account(), await outside.account(name="BI")
    consumer = await kept(outside, theirs)
    await kept(outside, mine)
    complaints: list[str] = []

    async def complain(error: Exception) -> None:
        complaints.append(str(error).lower())

    def refused(what: str) -> Callable[[], Awaitable[bool]]:
        async def is_refused() -> bool:
            return any(f"permissions violation {what.lower()}" in complaint for complaint in complaints)

        return is_refused

    client = await outside.connect(mine, error_cb=complain)
    stream, prefix = consumer["stream"], consumer["api_prefix"]
    push = {
        "stream_name": stream,
        "config": {"name": "p", "durable_name": "p", "deliver_subject": "tikethet.relay.poke"},
    }
    for subject, body in (
        (f"{prefix}.CONSUMER.INFO.{stream}.{consumer['name']}", b""),
        (f"{prefix}.CONSUMER.MSG.NEXT.{stream}.{consumer['name']}", b"1"),
        (f"{prefix}.CONSUMER.DELETE.{stream}.{consumer['name']}", b""),
        (f"{prefix}.CONSUMER.CREATE.{stream}.p.tikethet.events.>", json.dumps(push).encode()),
        (f"{prefix}.CONSUMER.DURABLE.CREATE.{stream}.p", json.dumps(push).encode()),
        (f"{prefix}.STREAM.INFO.{stream}", b""),
        (f"{prefix}.DIRECT.GET.{stream}", b'{"seq":1}'),
        (f"$JS.API.STREAM.PURGE.{stream}", b""),
        (f"$JS.API.CONSUMER.CREATE.{stream}.p.tikethet.events.>", json.dumps(push).encode()),
        (f"$JS.ACK.{stream}.{consumer['name']}.1.1.1.1.0", b"+ACK"),
        ("tikethet.events.-.-.TicketOpened", b"{}"),
        ("tikethet.live.a.b.public", b"{}"),
        ("tikethet.relay.poke", b""),
        ("$SYS.REQ.USER.AUTH", b""),
    ):
        with pytest.raises((NatsTimeoutError, NoRespondersError)):
            await client.request(subject, body, timeout=0.5)
        await until(refused(f'for publish to "{subject}"'))
    for subject in (f"{inbox_prefix(theirs['id'])}.>", "_INBOX.>", ">", "tikethet.events.>", "tikethet.live.>"):
        await client.subscribe(subject)
        await until(refused(f'for subscription to "{subject}"'))


async def test_a_revoked_account_is_cut_and_stays_out(outside: Outside) -> None:
    account, other = await outside.account(), await outside.account(name="BI")
    client, bystander = await outside.connect(account), await outside.connect(other)
    await outside.admin.delete(f"accounts/{account['id']}")

    async def gone() -> bool:
        return client.is_closed

    await until(gone)
    assert bystander.is_connected
    assert await outside.knock(account["token"]) == "-ERR 'Authorization Violation'"


async def test_what_a_replaced_token_opened_lasts_as_long_as_it_works(outside: Outside) -> None:
    account, other = await outside.account(), await outside.account(name="BI")
    client, bystander = await outside.connect(account), await outside.connect(other)

    async def client_gone() -> bool:
        return client.is_closed

    async def bystander_gone() -> bool:
        return bystander.is_closed

    await outside.admin.post(f"accounts/{account['id']}/rotate")
    await outside.admin.delete(f"accounts/{other['id']}")
    await until(bystander_gone)  # so the door has looked at everybody since
    assert client.is_connected
    answer = await outside.admin.post(f"accounts/{account['id']}/rotate", {"now": True})
    newest = account | {"token": answer.json()["token"]}
    await until(client_gone)
    assert await outside.knock(account["token"]) == "-ERR 'Authorization Violation'"
    assert (await outside.connect(newest)).is_connected
