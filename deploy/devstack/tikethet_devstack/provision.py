"""Fresh databases for tests, each as the services find theirs: with a role and a schema for each of them."""

import asyncio
import contextlib

import asyncpg

from tikethet_devstack.engines import Postgres
from tikethet_devstack.roles import ROLES, provision

TEMPLATE = "tikethet_template"
KEPT = 200
"""So many of a run's databases exist at once; an older one goes unless somebody is still connected to it."""


class Databases:
    """Fresh databases on one server, for tests: each a copy of one that was provisioned."""

    def __init__(self, engine: Postgres) -> None:
        self.engine = engine
        self._count = 0
        self._preparing = asyncio.Lock()

    async def database(self, role: str = "tikethet_tickets") -> str:
        """A fresh database with the empty schemas `tickets` and `bot`; its URL as `role` ("postgres": superuser)."""
        async with self._preparing:
            if not self._count:
                await provision(self.engine.url(), TEMPLATE, {role: role for role in ROLES})
            self._count += 1
            name = f"test_{self._count}"
            admin = await asyncpg.connect(self.engine.url())
            try:
                await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
                with contextlib.suppress(asyncpg.ObjectInUseError):
                    await admin.execute(f'DROP DATABASE IF EXISTS "test_{self._count - KEPT}"')
            finally:
                await admin.close()
        return self.url(name, role)

    def url(self, database: str, role: str = "tikethet_tickets") -> str:
        """The URL of a database made by `database`, as any role."""
        return self.engine.url(database) if role == "postgres" else self.engine.url(database, user=role, password=role)
