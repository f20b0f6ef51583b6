"""What an operator gets from deploy/compose.yaml: a desk that works, keeps its word and its secrets, and heals."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.containers.conftest import ADMIN, CUSTOMER, HELPER, Arrive
from tests.containers.installation import Installation, docker
from tests.system.people import PATIENCE_S, PAUSE_S, Listener, Person

pytestmark = [pytest.mark.container, pytest.mark.timeout(480)]

IDLE_MIB = 900
ONCE = ("init", "database")
IMAGES = ("init", "gateway", "tickets", "notify", "bot")
KILLED = ("tickets", "nats", "postgres", "valkey", "notify", "gateway", "bot", "edge")
OURS = (*KILLED, "backup")
"""What the compose file keeps running; the tests' own Telegram is not among them."""
SIZE_MAX = 350 * 1000**2
"""Bytes of one image of ours, base included."""


@asynccontextmanager
async def listening(person: Person) -> AsyncIterator[Listener]:
    feed = Listener(person)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(feed.run())
        async with asyncio.timeout(PATIENCE_S):
            await feed.started.wait()
        yield feed
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def opened(arrive: Arrive, customer: Person) -> dict[str, Any]:
    admin = await arrive(ADMIN)
    await admin.post("categories/init-defaults", {})
    categories = (await customer.get("categories"))["items"]
    body = {"title": "Не приходит письмо", "description": "Жду.", "category_id": categories[0]["id"]}
    ticket: dict[str, Any] = await customer.post("tickets", body)
    return ticket


def messages_heard(feed: Listener) -> set[str]:
    return {event["id"] for event in feed.heard if event["type"] == "tikethet.MessagePosted"}


async def test_idle_it_fits_a_small_machine(installation: Installation) -> None:
    held = {name: amount for name, amount in (await installation.memory()).items() if name in OURS}
    print("\nidle, MiB:", ", ".join(f"{name} {amount:.0f}" for name, amount in sorted(held.items())))
    print(f"together: {sum(held.values()):.0f} MiB")
    assert set(held) == set(OURS)
    assert sum(held.values()) <= IDLE_MIB


async def test_the_images_are_small(installation: Installation) -> None:
    version = installation.env["TIKETHET_VERSION"]
    sizes = {
        name: int(await docker("image", "inspect", "-f", "{{.Size}}", f"tikethet-{name}:{version}")) for name in IMAGES
    }
    print("\nimages, MB:", ", ".join(f"{name} {size / 1000**2:.0f}" for name, size in sizes.items()))
    assert max(sizes.values()) <= SIZE_MAX


async def test_nothing_runs_with_more_rights_than_it_needs(installation: Installation) -> None:
    states = await installation.states()
    assert set(states) == {*ONCE, *OURS, "telegram", "telegram-folder"}
    for service in (*ONCE, *OURS):
        state = states[service]
        host = state["HostConfig"]
        assert host["ReadonlyRootfs"], service
        assert host["CapDrop"] == ["ALL"], service
        assert host["Memory"] > 0, service
        assert host["LogConfig"]["Config"]["max-size"], service
        if service not in {*ONCE, "edge"}:
            assert state["Config"]["User"].partition(":")[0] not in {"", "0", "root"}, service
        published = [bound["HostIp"] for ports in (host["PortBindings"] or {}).values() for bound in ports]
        assert set(published) <= {"127.0.0.1"}, service
        assert bool(published) == (service in {"gateway", "edge"}), service


async def test_every_secret_is_made_here_and_only_its_owner_has_it(installation: Installation) -> None:
    seen: dict[str, str] = {}
    for service in ("gateway", "tickets", "notify", "bot", "backup"):
        listed = await installation.compose("exec", "-T", service, "sh", "-c", "stat -c '%a %u %n' /run/tikethet/*")
        assert {line.split()[0] for line in listed.splitlines()} == {"600"}
        assert {line.split()[1] for line in listed.splitlines()} == {"10001"}
        if service != "backup":  # it speaks with no other
            seen[service] = await installation.compose("exec", "-T", service, "cat", "/run/tikethet/service_key")
    assert len(set(seen.values())) == len(seen)
    state = (await installation.states())["tickets"]
    secret = await installation.compose("exec", "-T", "tickets", "cat", "/run/tikethet/secret_key")
    assert secret not in str(state)
    assert secret not in await docker("history", "--no-trunc", state["Image"])


async def test_a_tickets_life_through_the_edge(arrive: Arrive) -> None:
    customer, admin, helper = await arrive(CUSTOMER, edge=True), await arrive(ADMIN), await arrive(HELPER, edge=True)
    status, _ = await admin.call("PUT", f"members/{helper.id}/role", {"role": "HELPER"})
    assert status == 200
    async with listening(customer) as feed:
        ticket = await opened(arrive, customer)
        path = f"tickets/{ticket['id']}"
        await helper.post(f"{path}/messages", {"content": "Секрет коллегам", "is_internal": True})
        await helper.post(f"{path}/messages", {"content": "Проверьте папку «Спам»."})
        await customer.post(f"{path}/messages", {"content": "Нашлось, спасибо!"})
        await helper.post(f"{path}/resolve", {})
        await helper.post(f"{path}/close", {"reason": "Решено"})
        assert (await customer.get(path))["status"] == "CLOSED"
        last = (await customer.get("events", after=0, limit=1000))["items"][-1]
        await feed.until(last["id"])
    heard = [event["type"].removeprefix("tikethet.") for event in feed.heard if event["subject"] == ticket["id"]]
    assert heard[0] == "TicketOpened"
    assert heard[-1] == "TicketClosed"
    assert "Секрет коллегам" not in str(feed.heard)
    async with customer.http.get("/app/") as page:
        assert page.status == 200
        assert '<div id="app"' in await page.text()


async def test_a_word_in_telegram_becomes_a_ticket_and_is_answered_there(
    installation: Installation, arrive: Arrive
) -> None:
    customer, admin = await arrive(CUSTOMER), await arrive(ADMIN)
    await installation.types("customer", "Пропал питомец после перехода на другой сервер")
    async with asyncio.timeout(PATIENCE_S):
        while not (found := (await customer.get("tickets", q="питомец"))["items"]):  # noqa: ASYNC110 - asks over HTTP
            await asyncio.sleep(PAUSE_S)
    await admin.post(f"tickets/{found[0]['id']}/messages", {"content": "Питомец вернулся домой."})
    async with asyncio.timeout(PATIENCE_S):
        while not any("вернулся домой" in each for each in await installation.reads("customer")):  # noqa: ASYNC110 - same
            await asyncio.sleep(PAUSE_S)


async def test_whatever_is_killed_comes_back_and_nothing_acknowledged_is_lost(
    installation: Installation, arrive: Arrive
) -> None:
    customer = await arrive(CUSTOMER)
    ticket = await opened(arrive, customer)
    path = f"tickets/{ticket['id']}/messages"
    acknowledged: list[str] = []
    done = asyncio.Event()

    async def write() -> None:
        while not done.is_set():
            message = await customer.post(path, {"content": f"{len(acknowledged)} {uuid.uuid4()}"})
            acknowledged.append(message["id"])
            await asyncio.sleep(PAUSE_S)

    async with listening(await arrive(CUSTOMER, edge=True)) as feed, asyncio.TaskGroup() as group:
        group.create_task(write())
        for service in KILLED:
            written = len(acknowledged)
            await installation.until_well(service, restarts=await installation.kill(service))
            async with asyncio.timeout(PATIENCE_S):
                while len(acknowledged) < written + 3:  # noqa: ASYNC110 - the writer writes as it can
                    await asyncio.sleep(PAUSE_S)
        done.set()
        async with asyncio.timeout(PATIENCE_S):
            while len(messages_heard(feed)) < len(acknowledged):  # noqa: ASYNC110 - frames come as they come
                await asyncio.sleep(PAUSE_S)
    kept: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await customer.get(path, size=100, **after)
        kept += [message["id"] for message in page["items"]]
        if not page.get("next_cursor"):
            break
        after = {"cursor": page["next_cursor"]}
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept)) == len(acknowledged)
    for service in KILLED:  # also what went down with another, as the bot does with its lease
        await installation.until_well(service, restarts=1)
