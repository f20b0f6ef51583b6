import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "devstack" / "bootstrap.sh"
NEEDED = ("bash", "dirname", "uname", "id")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with bash and nothing of Python on it."""
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    return tmp_path


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


def python(path: Path, version: str, *, venv: bool = True) -> None:
    """A Python of that version: the real one behind a script that says where it is and may lack venv."""
    missing = "" if venv else 'case "$2" in *ensurepip*) exit 1;; esac\n'
    major, minor = version.split(".")
    program(
        path,
        f'{missing}case "$2" in\n'
        f'*sys.executable*) echo "{path}";;\n'
        f'*"sys.version_info <"*) [ {minor} -ge 11 ];;\n'
        f'*version_info*) echo "{major}.{minor}";;\n'
        "*) exit 0;;\nesac",
    )


def choose(machine: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [str(machine / "bash"), str(SCRIPT), "python"]
    return subprocess.run(command, env={"PATH": str(machine), **env}, capture_output=True, text=True, check=False)


def test_the_newest_tested_python_is_taken(machine: Path) -> None:
    for version in ("3.11", "3.12", "3.13"):
        python(machine / f"python{version}", version)
    python(machine / "python3", "3.11")
    assert choose(machine).stdout.strip() == str(machine / "python3.13")


def test_a_shim_that_cannot_run_hides_nothing(machine: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    shims = tmp_path_factory.mktemp("shims")
    for version in ("3.13", "3.12", "3.11"):
        program(shims / f"python{version}", 'echo "pyenv: command not found" >&2; exit 127')
    python(machine / "python3.11", "3.11")
    found = choose(machine, PATH=f"{shims}{os.pathsep}{machine}")
    assert found.stdout.strip() == str(machine / "python3.11")


def test_an_untested_newer_python_is_better_than_none(machine: Path) -> None:
    python(machine / "python3", "3.14")
    assert choose(machine).stdout.strip() == str(machine / "python3")


def test_an_old_python_is_none_and_the_remedy_is_named(machine: Path) -> None:
    python(machine / "python3", "3.9")
    program(machine / "apt-get", "")
    found = choose(machine)
    assert found.returncode == 1
    assert "no Python 3.11 or newer" in found.stderr
    if sys.platform == "linux":
        assert "apt-get install -y python3 python3-venv" in found.stderr


def test_a_missing_venv_module_gets_the_command_that_installs_it(machine: Path) -> None:
    python(machine / "python3.12", "3.12", venv=False)
    program(machine / "apt-get", "")
    found = choose(machine)
    assert found.returncode == 1
    assert f"{machine / 'python3.12'} has no venv module" in found.stderr
    if sys.platform == "linux":
        assert "apt-get install -y python3.12-venv" in found.stderr


def test_an_older_python_with_venv_goes_before_a_newer_without(machine: Path) -> None:
    python(machine / "python3.13", "3.13", venv=False)
    python(machine / "python3.11", "3.11")
    assert choose(machine).stdout.strip() == str(machine / "python3.11")


def test_a_python_asked_for_by_name_is_the_only_one(machine: Path) -> None:
    for version in ("3.11", "3.13"):
        python(machine / f"python{version}", version)
    assert choose(machine, PYTHON="python3.11").stdout.strip() == str(machine / "python3.11")
    refused = choose(machine, PYTHON="python3.12")
    assert refused.returncode == 1
    assert "PYTHON=python3.12" in refused.stderr
