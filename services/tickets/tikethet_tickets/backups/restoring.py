"""The way back: everything is checked first, then done in two transactions, then the stream and the readers follow.

What follows by itself when tickets starts: the relay finds another epoch and makes the stream anew, read models are
filled from the log, the ledger of what must not come back is replayed; every client hears of the new epoch and fetches
afresh.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import asyncpg
from tikethet_events import log
from tikethet_events.errors import WrongSecret
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.sealing import Keyring

from tikethet_tickets.backups.archive import BadArchive, Manifest, Reader, reading
from tikethet_tickets.backups.database import Unfit
from tikethet_tickets.backups.database import restore as restore_schema
from tikethet_tickets.backups.making import FILES
from tikethet_tickets.files.keeping import blob_path
from tikethet_tickets.files.store import Store

_PIECE: Final = 1024 * 1024
_OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


async def restore(
    path: Path, database_url: str, bot_database_url: str, store: Store | None, secret: bytes, views: Path
) -> Manifest:
    """Put an installation back; what it held before is gone. ``views`` is where this release's SQL lies.

    Raises, with nothing touched: BadArchive, WrongSecret, Unfit (somebody works with the database), Unmigratable (the
    back-up is of a newer release).
    """
    with reading(path) as reader:
        manifest = reader.manifest
        if bytes.fromhex(manifest.key_check) != Keyring(secret).check():
            raise WrongSecret
        if manifest.files and store is None and reader.names(FILES):
            raise Unfit("the back-up holds attachments and FILES_URL says no place for them")
        urls = {"tickets": database_url, "bot": bot_database_url}
        connections = {schema.name: await asyncpg.connect(urls[schema.name], timeout=10) for schema in manifest.schemas}
        try:
            for connection in connections.values():
                await _be_alone(connection, len(set(urls.values())) == 1)
            if store is not None:
                await _put_files(store, reader)  # by their hashes: this only adds
            await _put_rows(reader, connections, views)
        finally:
            for connection in connections.values():
                await connection.close()
    return manifest


async def _put_rows(reader: Reader, connections: "dict[str, asyncpg.Connection[Any]]", views: Path) -> None:
    transactions = []
    try:
        for schema in reader.manifest.schemas:
            connection = connections[schema.name]
            transaction = connection.transaction()
            await transaction.start()
            transactions.append(transaction)
            await restore_schema(connection, schema, reader)
            if schema.name == "tickets":
                await migrate(connection, {"log": LOG_SCHEMA, "tickets": views})
                await log.restored(connection)
                # A way in that somebody may have used since.
                await connection.execute("DELETE FROM tickets.admin_link")
    except BaseException:
        for transaction in transactions:
            await transaction.rollback()
        raise
    for transaction in transactions:
        await transaction.commit()


async def _be_alone(connection: "asyncpg.Connection[Any]", one_role: bool) -> None:  # noqa: FBT001  whether both schemas are one role's
    if await connection.fetchval(_OTHERS) > int(one_role):
        raise Unfit("somebody works with the database: stop gateway, tickets, notify and bot first")


async def _put_files(store: Store, reader: Reader) -> None:
    for name in reader.names(FILES):
        await store.write(blob_path(name.removeprefix(FILES)), _pieces(reader, name))


async def _pieces(reader: Reader, name: str) -> AsyncIterator[bytes]:
    digest = name.removeprefix(FILES)
    if reader.manifest.members[name] != digest:
        raise BadArchive(f"{name} is not what its name says")
    with reader.member(name) as file:
        while piece := file.read(_PIECE):
            yield piece
