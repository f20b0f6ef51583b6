import re
from pathlib import Path, PurePath

ROOT = Path(__file__).parents[2]


def test_every_setting_of_the_compose_file_is_in_the_operators_table_and_no_other() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")))
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line for line in page.split("## Configure")[1].split("## TLS")[0].splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert told == used


def test_an_image_takes_its_files_from_where_they_are() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    copied = [line.split()[1:-1] for line in dockerfile.splitlines() if re.match(r"COPY (?!--from)", line)]
    assert copied
    paths = [path for line in copied for path in line if not path.startswith("--")]
    assert not [path for path in paths if not (ROOT / path).exists()]
    ignore = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [line.removeprefix("!") for line in ignore if line.startswith("!")]
    assert not [path for path in paths if not any(PurePath(path).is_relative_to(_folder(into)) for into in let_in)]
    assert not re.search(r"^# *syntax|@sha256:", dockerfile, re.MULTILINE)


def _folder(pattern: str) -> str:
    return pattern.removesuffix("/*.py")
