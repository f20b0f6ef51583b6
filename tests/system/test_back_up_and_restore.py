"""Everything is destroyed but the back-up, the keys and the ledger, and comes back from them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tikethet_devstack import run
from tikethet_devstack.choices import Choices
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import free_port
from tikethet_devstack.seed import seed
from tikethet_devstack.stack import Stack

from tests.system.people import Person, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CRM = {"name": "CRM"}
HOOK = {"name": "CRM", "url": "http://127.0.0.1:9/hook"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 64
Begin = Callable[[], Awaitable[Stack]]


@pytest.fixture
async def begin(tmp_path: Path, leash: Leash) -> AsyncIterator[Begin]:
    """Starts the house of this test's folder; whatever still runs is stopped at the end."""
    started: list[Stack] = []

    async def start() -> Stack:
        choices = Choices(directory=tmp_path / "home", port=free_port(), mode="demo", reset=False, settings={})
        stack = Stack(choices, leash)
        started.append(stack)
        await stack.start()
        return stack

    (tmp_path / "home").mkdir()
    yield start
    for stack in started:
        await stack.stop()


def operate(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make backup` and `make restore`, without make."""
    env = {**os.environ, "TIKETHET_DIR": str(folder / "home"), "BACKUPS": str(folder / "backups")}
    command = [sys.executable, "-m", "tikethet_devstack.backup", *words]
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True)


async def ask(person: Person, title: str) -> dict[str, Any]:
    """A ticket with a picture."""
    form = aiohttp.FormData()
    form.add_field("file", PICTURE, filename="снимок.png", content_type="image/png")
    headers = {"Authorization": f"Bearer {person.token}"}
    async with person.http.post("/api/v1/files", data=form, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        file = await answer.json()
    categories = (await person.get("categories"))["items"]
    body = {
        "title": title,
        "description": "Не забудьте",
        "category_id": categories[0]["id"],
        "attachments": [file["id"]],
    }
    ticket: dict[str, Any] = await person.post("tickets", body)
    return ticket


async def hear(person: Person, resume: dict[str, Any]) -> dict[str, Any]:
    """How `/ws` greets somebody who comes back with a cursor."""
    async with person.http.ws_connect("/ws") as socket:
        await socket.send_json({"type": "authenticate", "token": person.token, "resume": resume})
        greeting: dict[str, Any] = await socket.receive_json(timeout=30)
        return greeting


def left_alone_with_other_keys(folder: Path, archive: Path) -> None:
    """Somebody restores beside the keys of another installation."""
    keys = json.loads((folder / "backups" / "keys" / "keys.json").read_text())
    assert keys["secret_key"].encode() not in archive.read_bytes()
    (folder / "home" / "secrets").write_text(json.dumps({**keys, "secret_key": keys["seed_bot"]}))
    refused = operate(folder, "restore", str(archive))
    assert refused.returncode == 1
    assert "nothing was touched: these are not the keys" in refused.stdout
    run.clear(folder / "home")


def put_back(folder: Path, archive: Path) -> None:
    """Another machine, with the back-up, the keys and the ledger alone."""
    run.clear(folder / "home")
    left_alone_with_other_keys(folder, archive)
    done = operate(folder, "restore", str(archive))
    assert done.returncode == 0, done.stdout + done.stderr


async def shut_out(admin: Person, programs: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Two programs are there no longer, two have another token or secret; the new ones."""
    for path in (f"accounts/{programs['revoked']['id']}", f"webhooks/{programs['removed']['id']}"):
        assert (await admin.call("DELETE", path))[0] == 204
    told = {}
    for path, what in (
        (f"accounts/{programs['kept']['id']}", "token"),
        (f"webhooks/{programs['sent']['id']}", "secret"),
    ):
        status, answer = await admin.call("POST", f"{path}/rotate", {"now": True})
        assert status == 200, answer
        told[what] = answer[what]
    return told


async def take_rights(admin: Person, helper: Person, invite: dict[str, Any]) -> None:
    """A helper is one no longer and shut out, a link for another is taken back."""
    assert (await admin.call("PUT", f"members/{helper.id}/role", {"role": "USER"}))[0] == 200
    assert (await admin.call("PUT", f"members/{helper.id}/blocked", {"blocked": True, "reason": "Спор"}))[0] == 200
    assert (await admin.call("DELETE", f"invites/{invite['id']}"))[0] == 204


async def rights_stay_taken(admin: Person, helper: Person, open_invite: dict[str, Any]) -> None:
    """So it is after a restore; the link that nobody used still works."""
    shut = await admin.get(f"members/{helper.id}")
    assert (shut["role"], shut["blocked"]) == ("USER", True)
    assert [each["id"] for each in (await admin.get("invites"))["items"]] == [open_invite["id"]]


async def status_of(http: aiohttp.ClientSession, token: str) -> int:
    """What a program's own token gets."""
    async with http.get("/api/v1/accounts/me", headers={"Authorization": f"Bearer {token}"}) as answer:
        return answer.status


async def test_what_was_destroyed_comes_back_and_who_was_forgotten_does_not(begin: Begin, tmp_path: Path) -> None:
    stack = await begin()
    await seed(stack.address)
    async with aiohttp.ClientSession(stack.address) as http:
        admin, customer = await sign_in(http, "admin"), await sign_in(http, "customer")
        kept = await ask(admin, "Остаётся")
        before = (await admin.get("tickets", size=100))["items"]
        programs = {name: await admin.post("accounts", CRM) for name in ("revoked", "kept")}
        programs |= {name: await admin.post("webhooks", HOOK) for name in ("removed", "sent")}
        helper = await sign_in(http, "helper")
        invites = [await admin.post("invites", {"role": "HELPER"}) for _ in range(2)]
        made = operate(tmp_path, "backup")
        assert made.returncode == 0, made.stdout + made.stderr
        lost = await ask(admin, "Пропадает")
        assert (await admin.call("DELETE", f"members/{customer.id}"))[0] in {200, 204}
        told = await shut_out(admin, programs)
        await take_rights(admin, helper, invites[0])
        cursor = await hear(admin, {"epoch": "x", "position": 1})
    ledger = tmp_path / "home" / "erasures.jsonl"
    ended = {customer.id, *(program["id"] for program in programs.values()), invites[0]["id"], '"role":{', '"block":{'}
    await _until(lambda: ledger.exists() and all(each in ledger.read_text() for each in ended))
    (archive,) = (tmp_path / "backups" / "data").glob("*.tar")
    assert operate(tmp_path, "restore", str(archive)).returncode == 1  # while it runs

    await stack.stop()
    put_back(tmp_path, archive)

    stack = await begin()
    async with aiohttp.ClientSession(stack.address) as http:
        admin = await sign_in(http, "admin")
        after = (await admin.get("tickets", size=100))["items"]
        numbers = {ticket["number"] for ticket in after}
        assert numbers == {ticket["number"] for ticket in before}
        assert lost["number"] not in numbers
        again = await admin.get(f"tickets/{kept['id']}")
        assert (again["title"], again["version"]) == (kept["title"], kept["version"])
        authorization = {"Authorization": f"Bearer {admin.token}"}
        async with http.get(again["attachments"][0]["url"], headers=authorization) as answer:
            assert await answer.read() == PICTURE
        forgotten = [ticket["title"] for ticket in after if ticket["user"]["id"] == customer.id]
        assert forgotten
        assert not any(forgotten)
        tokens = (programs["revoked"]["token"], programs["kept"]["token"], told["token"])
        assert [await status_of(http, token) for token in tokens] == [401, 401, 200]
        assert [each["id"] for each in (await admin.get("webhooks"))["items"]] == [programs["sent"]["id"]]
        await rights_stay_taken(admin, helper, invites[1])
        greeting = await hear(admin, {"epoch": cursor["epoch"], "position": cursor["position"]})
        assert (greeting["type"], greeting["resumed"]) == ("ready", False)
        assert greeting["epoch"] != cursor["epoch"]
        assert (await ask(admin, "Дальше"))["number"] not in numbers
    checked = operate(tmp_path, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def _until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not fact():  # noqa: ASYNC110 - a file says nothing by itself
            await asyncio.sleep(0.1)
