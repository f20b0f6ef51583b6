"""`make backup` and `make restore FILE=…` for `make demo`: a server's commands, on this folder's database.

A back-up takes the database as it finds it, running or not; a restore wants the demo stopped. The keys are copied
beside the back-ups, into a folder of their own.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tikethet_devstack import choices, keys, run
from tikethet_devstack.choices import BadChoice, Choices
from tikethet_devstack.display import complain
from tikethet_devstack.engines import Postgres
from tikethet_devstack.process import DidNotStart
from tikethet_devstack.roles import ROLES, provision
from tikethet_devstack.services import INHERITED, STORE
from tikethet_devstack.stack import DATABASE

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """`backup`, `restore FILE`, or `verify`."""
    try:
        chosen = choices.read(ROOT)
        match sys.argv[1:]:
            case ["backup"]:
                return asyncio.run(_backup(chosen))
            case ["restore", file] if file:
                return asyncio.run(_restore(chosen, Path(file).absolute()))
            case ["verify"]:
                return asyncio.run(_on_the_database(chosen, "verify"))
            case _:
                complain("say which back-up: make restore FILE=backups/data/tikethet-….tar")
                return 2
    except (BadChoice, run.Taken, DidNotStart) as problem:
        complain(str(problem))
        return 1


def _folder(chosen: Choices) -> Path:
    return Path(chosen.settings.get("BACKUPS", ROOT / "backups")).absolute()


async def _backup(chosen: Choices) -> int:
    secrets = chosen.directory / "secrets"
    if not secrets.exists():
        raise BadChoice(f"there is nothing to back up in {chosen.directory}: start `make demo` first")
    copied = _folder(chosen) / "keys" / "keys.json"
    copied.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy2(secrets, copied)
    return await _on_the_database(chosen, "backup")


async def _on_the_database(chosen: Choices, command: str) -> int:
    """Whether it runs already or has to be started for this."""
    if (port := _running(chosen.directory)) is not None:
        return _tikethet(chosen, port, command)
    async with _postgres(chosen) as port:
        return _tikethet(chosen, port, command)


async def _restore(chosen: Choices, file: Path) -> int:
    secrets, copied = chosen.directory / "secrets", _folder(chosen) / "keys" / "keys.json"
    if not secrets.exists() and copied.exists():
        chosen.directory.mkdir(parents=True, exist_ok=True)
        shutil.copy2(copied, secrets)
    async with _postgres(chosen) as port:
        return _tikethet(chosen, port, "restore", str(file))


@asynccontextmanager
async def _postgres(chosen: Choices) -> AsyncIterator[int]:
    """The folder's database alone; its port. Nothing where the person named one of their own."""
    held = run.Run(chosen.directory)
    try:
        kept = keys.load(chosen.directory / "secrets")
        log = chosen.directory / "logs" / "postgres.log"
        engine = Postgres(chosen.directory / "postgres", log=log, leash=held, password=kept.password("postgres"))
        if "DATABASE_URL" in chosen.settings:
            yield 0
            return
        try:
            await engine.start()
            await provision(engine.url(), DATABASE, {role: kept.password(role) for role in ROLES})
            yield engine.port
        finally:
            await engine.stop()
    finally:
        held.close()


def _running(directory: Path) -> int | None:
    """The port of the database that runs there now."""
    try:
        lines = (directory / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), 0)
    except PermissionError:  # another user's, but alive
        pass
    except (OSError, ValueError, IndexError):
        return None
    return int(lines[3])


def _tikethet(chosen: Choices, port: int, *words: str) -> int:
    """Run the operator's command with this installation's settings."""
    kept, wished = keys.load(chosen.directory / "secrets"), chosen.settings

    def url(role: str) -> str:
        return wished.get("DATABASE_URL", f"postgresql://{role}:{kept.password(role)}@127.0.0.1:{port}/{DATABASE}")

    env = {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        **{name: wished[name] for name in (*STORE, "BACKUP_FILES") if name in wished},
        "DATABASE_URL": url("tikethet_tickets"),
        "BOT_DATABASE_URL": url("tikethet_bot"),
        "SECRET_KEY": wished.get("SECRET_KEY", kept.secret_key),
        "FILES_URL": wished.get("FILES_URL", (chosen.directory / "files").as_uri()),
        "BACKUP_DIR": str(_folder(chosen) / "data"),
    }
    return subprocess.run([sys.executable, "-m", "tikethet_tickets.cli", *words], check=False, env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
