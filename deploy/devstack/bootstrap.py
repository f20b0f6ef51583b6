"""Fill .venv from the lock, make the house importable, build the Mini App: each step only when its input changed.

Run by bootstrap.sh with the Python of .venv, before anything is installed: standard library only.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
MINIAPP = ROOT / "services" / "gateway" / "miniapp"
BUILT = ROOT / "services" / "gateway" / "tikethet_gateway" / "static" / "app"
MESSAGES = ROOT / "libs" / "service" / "tikethet_service" / "messages"
LOCKS = {"demo": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}


class Failed(Exception):
    """A step failed; the message is for the person at the terminal."""


def main() -> int:
    """Run the steps; one at a time per clone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=LOCKS)
    what = parser.parse_args().what
    with (VENV / "tikethet.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            install(what)
            furnish()
            build_miniapp(tools=what == "test")
        except Failed as failure:
            print(f"TiketHet: {failure}", file=sys.stderr)
            return 1
    return 0


def install(what: str) -> None:
    """Install the lock's packages unless this very lock is in already. The test lock holds the demo's packages too."""
    wanted = {name: _digest([LOCKS[name]]) for name in ({"demo", "test"} if what == "demo" else {"test"})}
    stamps = {name: VENV / f"tikethet-{name}.stamp" for name in LOCKS}
    if any(_read(stamps[name]) == digest for name, digest in wanted.items()):
        return
    lock = LOCKS[what]
    count = sum("==" in line for line in lock.read_text().splitlines())
    command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", "-r", str(lock)]
    _say(f"Installing {count} packages into .venv (once; a minute on a 50 Mbit/s line)")
    _run(command, "pip", shown=lambda line: line.startswith(("Collecting", "Installing", "Building")))
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    stamps[what].write_text(wanted[what])


def furnish() -> None:
    """Put the house's packages on the path of .venv and its commands into .venv/bin, straight from the sources."""
    packages = sorted(path.parent for path in ROOT.glob("*/*/pyproject.toml"))
    site = Path(sysconfig.get_path("purelib"))
    _write(site / "tikethet.pth", "".join(f"{package}\n" for package in packages))
    for package in packages:
        project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for name, entry in project.get("scripts", {}).items():
            module, function = entry.split(":")
            script = Path(sysconfig.get_path("scripts")) / name
            _write(script, f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n")
            script.chmod(0o755)


def build_miniapp(*, tools: bool) -> None:
    """Build the Mini App with the Node of the wheel unless these very sources are built already.

    `tools=True` wants its `node_modules` too, for its own tests.
    """
    stamp = BUILT / ".sources"
    digest = _digest(_sources())
    built = _read(stamp) == digest
    packages_stamp = MINIAPP / "node_modules" / ".tikethet"
    packages = _digest([MINIAPP / "package-lock.json"])
    installed = _read(packages_stamp) == packages
    if (not built or tools) and not installed:
        _say("Fetching what the Mini App is built with")
        _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci", cwd=MINIAPP)
        _write(packages_stamp, packages)
    if not built:
        _say("Building the Mini App")
        _run(["npm", "run", "build"], "npm run build", cwd=MINIAPP)
        _write(stamp, digest)


def _sources() -> Iterator[Path]:
    for folder in (MINIAPP, MESSAGES):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            if path.is_file() and inside[0] not in {"node_modules", "test"}:
                yield path


def _run(command: list[str], name: str, *, cwd: Path = ROOT, shown: Callable[[str], bool] = lambda _: False) -> None:
    """Run a command quietly: on a terminal one line shows how far it is, and all it said is shown when it fails."""
    env = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    said: list[str] = []
    program = shutil.which(command[0], path=env["PATH"]) or command[0]
    child = subprocess.Popen(
        [program, *command[1:]], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert child.stdout is not None  # noqa: S101 - it was asked for
    for line in child.stdout:
        said.append(line)
        if sys.stdout.isatty() and shown(line):
            width = shutil.get_terminal_size().columns - 3
            print(f"\r\033[K  {line.strip()[:width]}", end="", flush=True)
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if child.wait() != 0:
        raise Failed(f"{name} failed:\n{''.join(said[-30:])}")


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    return None


def _write(path: Path, text: str) -> None:
    if _read(path) != text:
        path.write_text(text)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
