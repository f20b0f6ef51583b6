"""The cluster: a server of the stream dies, then the leader of the database, while somebody writes."""

import asyncio
import contextlib
import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest

from tests.containers.conftest import ADMIN, CUSTOMER, Stranger, engine, production
from tests.containers.installation import CLUSTER_FILES, PATIENCE_S, PAUSE_S, Installation, Refused

pytestmark = [pytest.mark.container, pytest.mark.timeout(900)]

STANDING_BY = "standing by"
# Whatever the status: a bot on its way to Telegram answers 503, and says so.
HEALTH = (
    "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000); c.request('GET', '/health'); "
    "print(c.getresponse().read().decode())"
)


@pytest.fixture
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    await engine()
    env = production(tmp_path_factory.mktemp("backups"))
    made = Installation(f"tikethet-cluster-{os.getpid()}", env, CLUSTER_FILES)
    try:
        await made.compose("build", "--quiet")
        await made.compose("up", "--detach", "--wait", "--wait-timeout", "240")
        yield made
    finally:
        await made.keep_logs("cluster.log")
        await made.compose("down", "--volumes", "--timeout", "10")


async def until_well(cluster: Installation) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not all(  # noqa: ASYNC110 - containers are asked
            state["State"]["Health"]["Status"] == "healthy"
            for state in (await cluster.states()).values()
            if state["State"]["Running"] and "Health" in state["State"]
        ):
            await asyncio.sleep(PAUSE_S)


async def until_one_works(cluster: Installation) -> None:
    """Of two bots one has the turn; after a failover both wait until it is known that nobody has it any more."""
    async with asyncio.timeout(2 * PATIENCE_S):
        while True:
            with suppress(Refused):  # one of them is being started again
                if sum(each.startswith(STANDING_BY) for each in await bots(cluster)) == 1:
                    return
            await asyncio.sleep(PAUSE_S)


async def bots(cluster: Installation) -> list[str]:
    """What each of the two says of Telegram."""
    said = []
    for number in ("1", "2"):
        text = await cluster.compose("exec", "-T", "--index", number, "bot", "python", "-c", HEALTH)
        said.append(str(json.loads(text)["parts"]["telegram"].get("detail")))
    return said


async def follows(cluster: Installation, leader: str) -> str:
    """How the standby of ``leader`` follows it."""
    sql = "SELECT string_agg(application_name || ' ' || sync_state, ',') FROM pg_stat_replication"
    return (await cluster.compose("exec", "-T", leader, "psql", "-U", "postgres", "-Atc", sql)).strip()


class Writer:
    """Writes to one ticket; what was not answered in time is not counted, whatever became of it."""

    def __init__(self, person: Stranger, path: str) -> None:
        self._person = person
        self._path = path
        self._done = asyncio.Event()
        self.acknowledged: list[str] = []

    async def run(self) -> None:
        while not self._done.is_set():
            with contextlib.suppress(TimeoutError):
                self.acknowledged.append((await self._person.post(self._path, {"content": str(uuid.uuid4())}))["id"])
            await asyncio.sleep(PAUSE_S)

    async def goes_on(self) -> None:
        """Wait until three more were acknowledged."""
        written = len(self.acknowledged)
        async with asyncio.timeout(PATIENCE_S):
            while len(self.acknowledged) < written + 3:  # noqa: ASYNC110 - it writes as it can
                await asyncio.sleep(PAUSE_S)

    def stop(self) -> None:
        self._done.set()

    async def kept(self) -> list[str]:
        """What the ticket holds."""
        found: list[str] = []
        after: dict[str, str] = {}
        while True:
            page: dict[str, Any] = await self._person.get(self._path, size=100, **after)
            found += [message["id"] for message in page["items"]]
            if not page.get("next_cursor"):
                return found
            after = {"cursor": page["next_cursor"]}


@asynccontextmanager
async def writer(cluster: Installation) -> AsyncIterator[Writer]:
    """A customer with a ticket, at the edge."""
    async with AsyncExitStack() as stack:
        trust = await cluster.edge_trust()
        people = []
        for telegram_id in (CUSTOMER, ADMIN):
            connector = aiohttp.TCPConnector(ssl=trust)
            address = f"https://localhost:{cluster.env['HTTPS_PORT']}"
            session = aiohttp.ClientSession(address, connector=connector, timeout=aiohttp.ClientTimeout(total=10))
            person = Stranger(await stack.enter_async_context(session), "", "", "", telegram_id)
            await person.sign_in()
            people.append(person)
        customer, admin = people
        await admin.post("categories/init-defaults", {})
        category = (await customer.get("categories"))["items"][0]["id"]
        body = {"title": "Кластер", "description": "Жду.", "category_id": category}
        yield Writer(customer, f"tickets/{(await customer.post('tickets', body))['id']}/messages")


async def test_a_server_of_the_stream_and_the_leader_of_the_database_may_die(cluster: Installation) -> None:
    async with writer(cluster) as writing:
        async with asyncio.TaskGroup() as group:
            group.create_task(writing.run())
            await writing.goes_on()
            assert await follows(cluster, "postgres") == "postgres-standby sync"
            await cluster.until_well("nats-2", restarts=await cluster.kill("nats-2"))
            await writing.goes_on()
            await cluster.compose("kill", "postgres")
            cluster.env["POSTGRES_LEADER"] = "postgres-standby"
            await cluster.compose("up", "--detach", "--wait", "postgres", "postgres-standby")
            await writing.goes_on()
            writing.stop()
        assert await follows(cluster, "postgres-standby") == "postgres sync"
        await until_well(cluster)
        kept = await writing.kept()
        assert set(kept) >= set(writing.acknowledged)
        assert len(kept) == len(set(kept))
    assert "equal to the log" in await cluster.compose("exec", "-T", "tickets", "tikethet", "verify")
    await until_one_works(cluster)
