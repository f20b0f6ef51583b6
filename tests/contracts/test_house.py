"""The house keeps its own rules: names, lock files, addresses, languages."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_ROOMS = {"utils", "common", "helpers", "manager"}
# Spelled in two halves so that this file does not name what it forbids.
INDEX_HOSTS = [first + second for first, second in [
    ("pypi.", "org"), ("pythonhosted.", "org"), ("registry.npm", "js.org"), ("npm", "mirror.com"),
]]  # fmt: skip


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_no_room_is_named_after_nothing() -> None:
    lost = [path for path in tracked() if FORBIDDEN_ROOMS & {part.removesuffix(".py") for part in path.parts}]
    assert lost == []


def test_no_file_names_a_package_index() -> None:
    named = [
        (path.relative_to(ROOT), host)
        for path in tracked()
        if path.suffix not in {".png", ".jpg", ".ico", ".woff2"}
        for host in INDEX_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert named == []


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")) or ["requirements.lock"])
def test_every_pin_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pins = re.findall(r"(?m)^[a-z0-9][^\s=]*==[^\s\\]+(?:[^\\\n]*)\\?$", text)
    assert pins
    for block in re.split(r"(?m)^(?=[a-z0-9])", text)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_readme_comes_in_both_languages_with_the_two_commands() -> None:
    for name in ("README.md", "README.ru.md"):
        text = (ROOT / name).read_text()
        assert "make demo" in text
        assert "make test" in text


def test_make_help_names_every_public_target() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "test-all", "bench", "help"):
        assert re.search(rf"(?m)^\W*{target}\b", re.sub(r"\x1b\[[0-9;]*m", "", shown)), target
