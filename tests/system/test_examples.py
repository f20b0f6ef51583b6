"""The page for a first subscriber, followed to the letter, and its programs while everything is killed."""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases
from tikethet_devstack.stack import Stack

from tests.system.conftest import Arrive
from tests.system.people import Person

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "first-subscriber.md"
KINDS = ("TicketOpened", "MessagePosted", "TicketClosed")
PATIENCE_S = 90.0

pytestmark = pytest.mark.timeout(300)


async def until(condition: Callable[[], Awaitable[bool]], what: Callable[[], str] = str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await condition():  # noqa: ASYNC110 - what it asks about is another process
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(what()) from None


@asynccontextmanager
async def running(*command: str, folder: Path, env: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program with all that it starts, gone afterwards."""
    with (folder / "said.txt").open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env={**os.environ, **env}, stdout=said, stderr=said, start_new_session=True
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def script(address: str, port: int) -> str:
    """The page's own commands: those that stay run beside the others; the demo itself is there already."""
    lines = ["set -eu"]
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        if block.strip() == "make demo":
            continue
        text = block.replace("http://127.0.0.1:8000", address).replace("127.0.0.1:9000", f"127.0.0.1:{port}")
        last = text.strip().splitlines()[-1]
        if last.startswith(".venv/bin/python examples/"):
            text = text.replace(last, f"PORT={port} {last} > {Path(last).stem}.txt 2>&1 &")
        lines.append(text)
    return "\n".join([*lines, "touch followed", "wait"])


@pytest.fixture
def folder(tmp_path: Path, desk: Stack) -> Path:
    """As if the repository stood there, with the demo's data."""
    for name, place in (
        (".venv", ROOT / ".venv"),
        ("examples", ROOT / "examples"),
        (".tikethet", desk.choices.directory),
    ):
        (tmp_path / name).symlink_to(place)
    return tmp_path


async def opened(customer: Person, title: str) -> str:
    categories = (await customer.get("categories"))["items"]
    body = {"title": title, "description": "Проверка", "category_id": categories[0]["id"]}
    return str((await customer.post("tickets", body))["id"])


async def test_the_page_is_true_to_the_letter(desk: Stack, arrive: Arrive, folder: Path, postgres: Databases) -> None:
    if shutil.which("curl") is None:  # the page's reader has it; a bare machine need not
        assert "CI" not in os.environ, "no curl here: apt-get install curl"
        pytest.skip("no curl here: apt-get install curl")
    database = await postgres.database("postgres")
    customer = await arrive("customer")
    (folder / "page.sh").write_text(script(desk.address, free_port()), "utf-8")

    def said() -> str:
        return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.txt")))

    async with running("bash", "page.sh", folder=folder, env={"CRM_DATABASE_URL": database}) as process:

        async def followed() -> bool:
            assert process.returncode is None, said()
            return (folder / "followed").exists()

        await until(followed, said)
        assert "Order 4711 is late" in said()
        ticket = await opened(customer, "Сразу видно")
        connection = await asyncpg.connect(database)
        try:

            async def in_the_table() -> bool:
                try:
                    rows = await connection.fetch("SELECT data FROM crm WHERE type = 'tikethet.TicketOpened'")
                except asyncpg.UndefinedTableError:
                    return False
                return {"Order 4711 is late", "Сразу видно"} <= {json.loads(row["data"])["title"] for row in rows}

            await until(in_the_table, said)
        finally:
            await connection.close()

        async def received() -> bool:
            return f"tikethet.TicketOpened {ticket}" in (folder / "webhook_receiver.txt").read_text("utf-8")

        await until(received, said)


async def log_of(admin: Person) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    after = 0
    while True:
        page = await admin.get("events", after=after, limit=500, types=",".join(KINDS))
        events += page["items"]
        after = page["position"]
        if after >= page["head"]:
            return events


@pytest.mark.slow
async def test_the_crm_has_every_event_once_whatever_is_killed(
    shaken: Stack, arrive: Arrive, tmp_path: Path, postgres: Databases
) -> None:
    database = await postgres.database("postgres")
    customer, admin = await arrive("customer"), await arrive("admin")
    account = await admin.post("accounts", {"name": "CRM", "types": list(KINDS), "personal": True})
    env = {
        "TIKETHET_URL": shaken.address,
        "TIKETHET_TOKEN": account["token"],
        "NATS_URL": (shaken.choices.directory / "nats-address").read_text(),
        "CRM_DATABASE_URL": database,
    }
    port = free_port()
    hook = {"name": "CRM", "url": f"http://127.0.0.1:{port}/", "types": list(KINDS), "personal": True}
    secret = (await admin.post("webhooks", hook))["secret"]
    begun = (await admin.get("events", limit=1))["head"]
    ticket = await opened(customer, "Пока всё рушится")

    async def write(count: int) -> None:
        for number in range(count):
            await customer.post(f"tickets/{ticket}/messages", {"content": f"сообщение {number}"})

    def said() -> str:
        return "\n".join(path.read_text("utf-8") for path in sorted(tmp_path.rglob("said.txt")))

    crm, receiver = (tmp_path / name for name in ("crm", "receiver"))
    for place in (crm, receiver):
        place.mkdir()
    receiving = {"WEBHOOK_SECRET": secret, "PORT": str(port)}
    async with running(sys.executable, str(EXAMPLES / "webhook_receiver.py"), folder=receiver, env=receiving):
        for part in ("tickets", "nats", "gateway", "postgres", None):
            # The program itself dies at the end of every round, in the middle of whatever it does.
            async with running(sys.executable, str(EXAMPLES / "crm.py"), folder=crm, env=env) as process:
                async with asyncio.TaskGroup() as work:
                    work.create_task(write(15))
                    if part is not None:
                        await shaken.kill(part)
                        await shaken.restart(part)
                assert process.returncode is None, said()
        log = await log_of(admin)
        expected = [(event["position"], event["id"], event["type"]) for event in log]
        async with running(sys.executable, str(EXAMPLES / "crm.py"), folder=crm, env=env):
            connection = await asyncpg.connect(database)
            try:

                async def complete() -> bool:
                    return bool(await connection.fetchval("SELECT count(*) FROM crm") >= len(expected))

                await until(complete, said)
                rows = await connection.fetch("SELECT position, id::text, type FROM crm ORDER BY position")
            finally:
                await connection.close()
        assert [tuple(row) for row in rows] == expected

        owed = [f"{event['position']} {event['type']} {event['subject']}" for event in log if event["position"] > begun]

        def taken() -> list[str]:
            return [line for line in (receiver / "said.txt").read_text("utf-8").splitlines() if " tikethet." in line]

        async def all_taken() -> bool:
            return len(taken()) >= len(owed)

        await until(all_taken, said)
        # Each once (the receiver knows the ids), and in order: all of it is about the one ticket.
        assert [line for line in taken() if line.endswith(ticket)] == [line for line in owed if line.endswith(ticket)]


def test_the_example_is_short() -> None:
    assert len((ROOT / "examples" / "crm.py").read_text("utf-8").splitlines()) <= 40
