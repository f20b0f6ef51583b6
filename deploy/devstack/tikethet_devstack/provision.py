"""What a PostgreSQL server needs before the services come: a role and a schema for each that keeps rows."""

import asyncio
import contextlib
from collections.abc import Mapping
from urllib.parse import urlsplit

import asyncpg

from tikethet_devstack.engines import Postgres

ROLES = {"tikethet_tickets": "tickets", "tikethet_bot": "bot"}
"""Role → the schema it owns."""

# One guard per server: CREATE ROLE and CREATE DATABASE know no IF NOT EXISTS that is safe side by side.
LOCK = 0x71CE7
TEMPLATE = "tikethet_template"
KEPT = 200
"""So many of a run's databases exist at once; an older one goes unless somebody is still connected to it."""


async def provision(admin_url: str, database: str, passwords: Mapping[str, str]) -> None:
    """Make roles, the database and the schemas where they are missing; set the roles' passwords.

    `admin_url` names any database of the server as its superuser. Running it again changes nothing.
    """
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute("SELECT pg_advisory_lock($1)", LOCK)
        for role, password in passwords.items():
            await _role(admin, role, password)
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await admin.execute(f'CREATE DATABASE "{database}"')
    finally:
        await admin.close()
    inside = await asyncpg.connect(urlsplit(admin_url)._replace(path=f"/{database}").geturl())
    try:
        await inside.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        for role, schema in ROLES.items():
            await inside.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {role}')
            await inside.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}")
    finally:
        await inside.close()


async def _role(admin: asyncpg.Connection, role: str, password: str) -> None:
    if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        await admin.execute(f"CREATE ROLE {role} LOGIN")
    literal = await admin.fetchval("SELECT quote_literal($1::text)", password)
    await admin.execute(f"ALTER ROLE {role} PASSWORD {literal}")


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
