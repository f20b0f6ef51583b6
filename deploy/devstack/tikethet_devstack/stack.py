"""The whole house on one machine: engines first, then the services, watched until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Literal

import asyncpg

from tikethet_devstack import keys, nats_conf
from tikethet_devstack.choices import BadChoice, Choices
from tikethet_devstack.engines import Engine, Nats, Postgres, Valkey
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import DidNotStart
from tikethet_devstack.roles import ROLES, provision
from tikethet_devstack.services import Addresses, Sandbox, Service, environments, prefixes

DATABASE = "tikethet"
BACK_OFF_S = (0.5, 1, 2, 5, 10, 30)
WATCH_S = 0.2
STEADY_S = 60.0
"""A part that ran this long has recovered: its next end starts the back-off from the beginning."""

State = Literal["starting", "ready", "ended", "stopped"]
Tell = Callable[[str, State, str], None]
"""Hears (part, its new state, a remark) on every change."""


class Stack:
    """The engines (those without a URL of the person's own), the demo's Telegram, four services; by name in `parts`."""

    def __init__(self, choices: Choices, leash: Leash, tell: Tell = lambda *_: None) -> None:
        self.choices = choices
        self.address = choices.address
        self._keys = keys.load(choices.directory / "secrets")
        self._leash = leash
        self._tell = tell
        self._engines = self._make_engines()
        self._services: dict[str, Engine] = {}

    @property
    def parts(self) -> dict[str, Engine]:
        """Every process of ours, by name."""
        return {**self._engines, **self._services}

    async def start(self) -> None:
        """Start everything and wait until it is ready. Raises DidNotStart or BadChoice; then call `stop`."""
        await _all(self._start(name) for name in self._engines)
        addresses = await self._prepare()
        logs = self.choices.directory / "logs"
        for name, env in environments(self.choices, self._keys, addresses).items():
            self._services[name] = Service(name, env, log=logs / f"{name}.log", leash=self._leash)
        await _all(self._start(name) for name in self._services)

    async def stop(self) -> None:
        """Stop the services, then the engines. Safe at any moment."""
        for group in (self._services, self._engines):
            await _all(self._stop(name) for name, part in group.items() if part.process.started)

    async def kill(self, name: str) -> None:
        """Kill -9 one part."""
        await self.parts[name].kill()

    async def restart(self, name: str) -> None:
        """Start one part again on its old address (after stopping it, if it runs)."""
        self._tell(name, "starting", "")
        await self.parts[name].restart()
        self._tell(name, "ready", "")

    async def watch(self) -> None:
        """Start again, with back-off, whatever dies. Never returns."""
        await _all(self._watch(name) for name in self.parts)

    async def _watch(self, name: str) -> None:
        part, failures, loop = self.parts[name], 0, asyncio.get_running_loop()
        while True:
            since = loop.time()
            await part.process.wait(poll_s=WATCH_S)
            failures = 0 if loop.time() - since > STEADY_S else failures
            pause = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
            failures += 1
            self._tell(name, "ended", f"{part.process.ending()}; starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            try:
                await self.restart(name)
            except DidNotStart as failure:
                self._tell(name, "ended", str(failure))
                await part.kill()

    async def _start(self, name: str) -> None:
        self._tell(name, "starting", "")
        await self.parts[name].start()
        self._tell(name, "ready", "")

    async def _stop(self, name: str) -> None:
        await self.parts[name].stop()
        self._tell(name, "stopped", "")

    def _make_engines(self) -> dict[str, Engine]:
        wished, home, password = self.choices.settings, self.choices.directory, self._keys.password
        accounts = {user: password(f"nats_{user}") for user in nats_conf.USERS}
        issuer = self._keys.nats_issuer(wished.get("SECRET_KEY"))
        makers: dict[str, tuple[str, Callable[..., Engine]]] = {
            "postgres": ("DATABASE_URL", partial(Postgres, password=password("postgres"))),
            "nats": ("NATS_URL", partial(Nats, config=nats_conf.accounts(accounts, issuer=issuer))),
            "valkey": ("REDIS_URL", partial(Valkey, password=password("valkey"))),
        }
        return {
            name: make(home / name, log=home / "logs" / f"{name}.log", leash=self._leash)
            for name, (setting, make) in makers.items()
            if setting not in wished
        } | self._sandbox()

    def _sandbox(self) -> dict[str, Engine]:
        """The local Telegram, unless there is a real bot or another one was named."""
        if not self.choices.demo or {"TELEGRAM_BOT_TOKEN", "TELEGRAM_TEST_SERVER"} & self.choices.settings.keys():
            return {}
        home = self.choices.directory
        return {"telegram": Sandbox(home / "telegram", log=home / "logs" / "telegram.log", leash=self._leash)}

    async def _prepare(self) -> Addresses:
        wished, password = self.choices.settings, self._keys.password
        postgres, nats, valkey = (self._engines.get(name) for name in ("postgres", "nats", "valkey"))
        if isinstance(postgres, Postgres):
            await provision(postgres.url(), DATABASE, {role: password(role) for role in ROLES})
            databases = {role: postgres.url(DATABASE, user=role, password=password(role)) for role in ROLES}
        else:
            databases = dict.fromkeys(ROLES, wished["DATABASE_URL"])
            await _make_schemas(wished["DATABASE_URL"])
        if isinstance(nats, Nats):
            (self.choices.directory / "nats-address").write_text(nats.url)  # for programs outside, with their tokens
            buses = {user: nats.url_for(user, password(f"nats_{user}")) for user in nats_conf.USERS}
        else:
            buses = dict.fromkeys(nats_conf.USERS, wished["NATS_URL"])
        sandbox = self._engines.get("telegram")
        own = prefixes() if nats else dict.fromkeys(nats_conf.USERS, "$JS.API")
        return Addresses(
            tickets_database=databases["tikethet_tickets"],
            bot_database=databases["tikethet_bot"],
            nats=buses,
            nats_prefix=own,
            redis=valkey.url if isinstance(valkey, Valkey) else wished["REDIS_URL"],
            telegram=sandbox.settings() if isinstance(sandbox, Sandbox) else {},
            chats=sandbox.page if isinstance(sandbox, Sandbox) else None,
        )


async def _make_schemas(url: str) -> None:
    """The person's own server: its rights are theirs to give, so both services use the role they named."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as failure:
        raise BadChoice(f"DATABASE_URL does not answer: {str(failure) or type(failure).__name__}") from None
    try:
        for schema in ROLES.values():
            if not await connection.fetchval("SELECT true FROM pg_namespace WHERE nspname = $1", schema):
                await connection.execute(f"CREATE SCHEMA {schema}")
    finally:
        await connection.close()


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """Do it all at once; the first failure, by itself and not in a group, ends the rest."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(_awaited(one))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _awaited(work: Awaitable[None]) -> None:
    await work
