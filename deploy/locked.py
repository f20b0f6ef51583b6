"""The part of a lock that some packages need, with its hashes: an image installs what its service uses, nothing else.

    python locked.py requirements.lock services/bot/pyproject.toml kurigram --without common.txt > bot.txt

A root is a pyproject.toml (its dependencies) or a package's name. `# via` in the lock says who needs what.
Standard library only: it runs in the builder before anything is installed.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
OWN = "tikethet-"


def main() -> int:
    """Print the part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("lock", type=Path)
    parser.add_argument("roots", nargs="+")
    parser.add_argument("--without", type=Path, help="a part printed before, whose packages are left out")
    given = parser.parse_args()
    lock = entries(given.lock.read_text(encoding="utf-8"))
    left_out = set(entries(given.without.read_text(encoding="utf-8"))) if given.without else set()
    roots = {name for root in given.roots for name in names_of(root)}
    if unknown := sorted(roots - set(lock)):
        print(f"locked.py: not in {given.lock}: {', '.join(unknown)}", file=sys.stderr)
        return 1
    sys.stdout.writelines("".join(lock[name]) for name in sorted(needed(lock, roots) - left_out))
    return 0


def names_of(root: str) -> list[str]:
    """The packages a root stands for; the house's own are no packages of the lock."""
    if not root.endswith(".toml"):
        return [_plain(root)]
    project = tomllib.loads(Path(root).read_text(encoding="utf-8"))["project"]
    return [name for name in map(_plain, project["dependencies"]) if not name.startswith(OWN)]


def entries(lock: str) -> dict[str, list[str]]:
    """Package → its lines. A package that the lock has once for each system has the lines of all of them."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in lock.splitlines(keepends=True):
        if line[0].isalnum():
            lines = found.setdefault(_plain(line), [])
        if not line.startswith("#"):
            lines.append(line)
    return found


def needed(lock: Mapping[str, Iterable[str]], roots: Iterable[str]) -> set[str]:
    """The roots and everything that something needed needs."""
    parents = {name: {via for line in lines for via in _vias(line)} for name, lines in lock.items()}
    wanted = set(roots)
    while more := {name for name, of in parents.items() if name not in wanted and of & wanted}:
        wanted |= more
    return wanted


def _vias(line: str) -> list[str]:
    comment = line.strip()
    if not comment.startswith("#"):
        return []
    return [_plain(comment.removeprefix("#").strip().removeprefix("via").strip())]


def _plain(requirement: str) -> str:
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""


if __name__ == "__main__":
    sys.exit(main())
