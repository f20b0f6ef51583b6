"""A role and a schema of its own for each service that keeps rows in PostgreSQL."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import asyncpg

ROLES = {"tikethet_tickets": "tickets", "tikethet_bot": "bot"}
"""Role → the schema it owns."""

# One guard per server: CREATE ROLE and CREATE DATABASE know no IF NOT EXISTS that is safe side by side.
LOCK = 0x71CE7


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
