import re
from pathlib import Path, PurePath

import pytest
from tikethet_devstack.reference import METRICS, SETTINGS

ROOT = Path(__file__).parents[2]


def test_every_metric_says_what_it_counts_and_every_setting_what_it_means() -> None:
    rows = [line.split(" | ") for page in (METRICS, SETTINGS) for line in page.read_text("utf-8").splitlines()]
    found = [row for row in rows if row[0].startswith("| `")]
    assert len(found) > 60
    assert not [row[0] for row in found if len(row[-2]) < 4]


@pytest.mark.parametrize(
    "metric",
    [
        "tikethet_commands_total",
        "tikethet_append_batch_events",
        "tikethet_relay_lag_events",
        "tikethet_consumer_lag_events",
        "tikethet_notify_sockets",
        "tikethet_notify_deliveries_total",
        "tikethet_bot_queue_messages",
        "tikethet_bot_flood_waits_total",
        "tikethet_backup_age_seconds",
        "tikethet_disk_used_ratio",
    ],
)
def test_what_an_operator_watches_is_there(metric: str) -> None:
    assert f"| `{metric}` |" in METRICS.read_text("utf-8")


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
