"""What each part of the installation may know, as files: nothing of another part's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from tikethet_devstack.keys import Keys
from tikethet_devstack.nats_conf import USERS, accounts

DATABASE = "tikethet"
UID_SERVICE = 10001
UID_NATS = 10002
UID_DATABASE = 999
"""The uid of `postgres` and of `valkey` in their official Debian images."""

OWNERS: Mapping[str, int] = {
    "gateway": UID_SERVICE,
    "tickets": UID_SERVICE,
    "notify": UID_SERVICE,
    "bot": UID_SERVICE,
    "backup": UID_SERVICE,
    "postgres": UID_DATABASE,
    "valkey": UID_DATABASE,
    "nats": UID_NATS,
    "edge": 0,
}
"""Part → the uid that reads its files."""

BACKUPS: Mapping[str, int] = {"data": UID_SERVICE, "keys": 0, "erasures": UID_SERVICE}
"""Folder beside the back-ups → the uid that writes there: the keys lie apart, and no service sees their copy."""

FOLDERS: Mapping[str, int] = {"nats": UID_NATS, "nats-2": UID_NATS, "nats-3": UID_NATS, "files": UID_SERVICE}
"""Folder of data → the uid that writes there; the other engines' images see to theirs."""

# The superuser comes over the network for copies of the whole (a standby's), everybody else to their database.
_HBA = """local all all trust
host replication postgres all scram-sha-256
host all all all scram-sha-256
"""

# No command that ends, rewrites or spies on the server; `info` is how a client asks whether it is well.
_VALKEY_RIGHTS = "~* &* +@all -@admin -@dangerous +info"


@dataclass(frozen=True)
class Hosts:
    """Where the engines that there may be several of are."""

    nats: Sequence[str] = ("nats",)
    postgres: Sequence[str] = ("postgres",)

    @classmethod
    def named(cls, environment: Mapping[str, str]) -> "Hosts":
        """Those that the compose file names."""
        return cls(
            nats=tuple(environment.get("NATS_HOSTS", "nats").split(",")),
            postgres=tuple(environment.get("POSTGRES_HOSTS", "postgres").split(",")),
        )


def contents(keys: Keys, hosts: Hosts = Hosts()) -> dict[str, dict[str, str]]:
    """Part → file name → text. A service's file is named after the setting it holds."""
    nats = {
        user: ",".join(f"nats://{user}:{keys.password(f'nats_{user}')}@{host}:4222" for host in hosts.nats)
        for user in USERS
    }
    valkey = {name: f"redis://{name}:{keys.password(f'valkey_{name}')}@valkey:6379/0" for name in ("gateway", "notify")}
    own: dict[str, dict[str, str]] = {
        "gateway": {"redis_url": valkey["gateway"]},
        "tickets": {
            "database_url": _database(keys, "tikethet_tickets", hosts),
            "nats_url": nats["tickets"],
            "secret_key": keys.secret_key,
        },
        "notify": {"nats_url": nats["notify"], "redis_url": valkey["notify"]},
        "bot": {
            "database_url": _database(keys, "tikethet_bot", hosts),
            "nats_url": nats["bot"],
            "secret_key": keys.password("bot_sealing"),
        },
    }
    for name, its in own.items():
        its |= {"service_key": keys.seed(name), "service_public_keys": keys.public_keys()}
    return {
        **own,
        "backup": {
            "database_url": own["tickets"]["database_url"],
            "bot_database_url": own["bot"]["database_url"],
            "secret_key": keys.secret_key,
        },
        "postgres": {
            "password": keys.password("postgres"),
            "pg_hba.conf": _HBA,
            "postgres-node.sh": _text("postgres-node.sh"),
        },
        "nats": {"nats.conf": _nats(keys), "nats-cluster.conf": _nats(keys) + _cluster(keys, hosts)},
        "valkey": {"valkey.conf": _valkey(keys)},
        "edge": {"Caddyfile": _text("Caddyfile")},
    }


def admin_url(keys: Keys, hosts: Hosts) -> str:
    """The database server's superuser."""
    return _url("postgres", keys.password("postgres"), "postgres", hosts)


def _database(keys: Keys, role: str, hosts: Hosts) -> str:
    return _url(role, keys.password(role), DATABASE, hosts)


def _url(role: str, password: str, database: str, hosts: Hosts) -> str:
    """Of several servers the one that leads."""
    url = f"postgresql://{role}:{password}@{','.join(f'{host}:5432' for host in hosts.postgres)}/{database}"
    return url if len(hosts.postgres) == 1 else f"{url}?target_session_attrs=read-write"


def _text(name: str) -> str:
    return files("tikethet_init").joinpath(name).read_text(encoding="utf-8")


def _cluster(keys: Keys, hosts: Hosts) -> str:
    """What makes one of several NATS servers of it; its name comes from the environment."""
    secret = keys.password("nats_route")
    routes = ", ".join(f'"nats://route:{secret}@{host}:6222"' for host in hosts.nats)
    return (
        "server_name: $NATS_NAME\n"
        f'cluster {{ name: tikethet, listen: "0.0.0.0:6222", routes: [{routes}],\n'
        f'  authorization {{ user: route, password: "{secret}" }} }}\n'
    )


def _nats(keys: Keys) -> str:
    passwords = {user: keys.password(f"nats_{user}") for user in USERS}
    lines = [
        'listen: "0.0.0.0:4222"',
        'http: "127.0.0.1:8222"',
        'jetstream { store_dir: "/data", sync_interval: always }',
    ]
    return "\n".join([*lines, accounts(passwords, issuer=keys.nats_issuer())])


def _valkey(keys: Keys) -> str:
    users = [f"user {name} on >{keys.password(f'valkey_{name}')} {_VALKEY_RIGHTS}" for name in ("gateway", "notify")]
    lines = [
        "port 6379",
        "protected-mode no",  # who has no name may ask whether it is there, and nothing else
        "user default on nopass nocommands +ping",
        *users,
        "dir /data",
        "appendonly yes",
        'save ""',
        "maxmemory 96mb",
        "maxmemory-policy noeviction",  # a session is never thrown away to make room
    ]
    return "\n".join(lines) + "\n"
