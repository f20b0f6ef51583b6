"""`python -m tikethet_init secrets`: make and hand out the secrets; `… database`: make the database's roles.

Both may run again and again: what is there stays, what a newer version needs is added.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
from tikethet_devstack import keys
from tikethet_devstack.roles import ROLES, provision

from tikethet_init.parts import BACKUPS as BACKUP_FOLDERS
from tikethet_init.parts import DATABASE, FOLDERS, OWNERS, Hosts, admin_url, contents

KEYS = Path("/secrets/keys/keys.json")
SECRETS = Path("/secrets")
DATA = Path("/data")
BACKUPS = Path("/backups")


def hand_out(made: Mapping[str, Mapping[str, str]], owners: Mapping[str, int], secrets: Path) -> None:
    """Write each part's files into its folder, readable by its owner alone."""
    for part, files in made.items():
        folder, owner = secrets / part, owners[part]
        for name, text in files.items():
            fresh = folder / f".{name}.new"
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(text, encoding="utf-8")
            os.chown(fresh, owner, -1)
            fresh.replace(folder / name)
        folder.chmod(0o700)
        os.chown(folder, owner, -1)


def own(folders: Mapping[str, int], data: Path) -> None:
    """Give the folders of data to who writes there."""
    for name, owner in folders.items():
        if (data / name).exists():  # the cluster's are not everywhere
            os.chown(data / name, owner, -1)


def keep_a_copy(keys_file: Path, folder: Path) -> None:
    """Of the keys, where back-ups lie; on a new machine that has the copy alone, take the keys from it."""
    copy = folder / "keys.json"
    if not keys_file.exists() and copy.exists():
        shutil.copyfile(copy, keys_file)
        keys_file.chmod(0o600)
    kept = keys.load(keys_file)
    if not copy.exists() or keys.load(copy).secret_key == kept.secret_key:  # another installation's stay as they are
        fresh = folder / ".keys.new"
        fresh.touch(mode=0o600)
        fresh.write_bytes(keys_file.read_bytes())
        fresh.replace(copy)


def lay_out(folders: Mapping[str, int], backups: Path) -> None:
    """The folders beside the back-ups, each for who writes there."""
    for name, owner in folders.items():
        (backups / name).mkdir(mode=0o700, exist_ok=True)
        (backups / name).chmod(0o700)
        os.chown(backups / name, owner, -1)


def main() -> int:
    """Do the one or the other."""
    hosts = Hosts.named(os.environ)
    match sys.argv[1:]:
        case ["secrets"]:
            lay_out(BACKUP_FOLDERS, BACKUPS)
            keep_a_copy(KEYS, BACKUPS / "keys")
            hand_out(contents(keys.load(KEYS), hosts), OWNERS, SECRETS)
            own(FOLDERS, DATA)
        case ["database"]:
            kept = keys.load(KEYS)
            try:
                asyncio.run(provision(admin_url(kept, hosts), DATABASE, {role: kept.password(role) for role in ROLES}))
            except (OSError, asyncpg.PostgresError) as failure:
                print(f"tikethet-init: the database does not let us in: {failure}", file=sys.stderr)
                return 1
        case _:
            print("tikethet-init: say `secrets` or `database`", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
