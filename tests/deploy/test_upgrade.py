"""The order of `deploy/upgrade`, step by step failing, before a `docker` that only writes down what it is asked.

What the steps do is seen with a real engine: tests/containers/test_upgrade.py.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "upgrade"
ARCHIVE = "/backups/tikethet-20260301T031500Z.tar"
DOCKER = f"""\
#!/usr/bin/env bash
echo "$*" >>"$ASKED"
case "$*" in
  $FAILS) echo "the engine's own reason" >&2; exit 7 ;;
  *"tikethet backup") echo "${{SAID:-back-up made  {ARCHIVE} (0.1 MiB, log up to 5)}}" ;;
  "compose images "*) echo "sha256:of-now" ;;
  "compose ps "*) echo "container-${{*: -1}}" ;;
  inspect*) echo "registry:5000/ours/${{*: -1}}:1.0" ;;
esac
"""
UP = "compose up -d --wait"
WAY_BACK = "TIKETHET_VERSION=before docker compose up -d --wait"


class Run:
    """One run of the script: how it ended, what it said, and what it asked of docker."""

    def __init__(self, folder: Path, *, fails: str = "nothing", build: str = "", said: str = "") -> None:
        tool = folder / "docker"
        tool.write_text(DOCKER.replace("$FAILS", fails))
        tool.chmod(0o755)
        asked = folder / "asked"
        given = {"PATH": f"{folder}:{os.environ['PATH']}", "ASKED": str(asked), "SAID": said}
        env = given | {"BUILD": build, "COMPOSE_FILE": f"{folder}/compose.yaml:{folder}/other.yaml"}
        done = subprocess.run([SCRIPT], env=env, check=False, capture_output=True, text=True, timeout=30)
        self.ended, self.said, self.complained = done.returncode, done.stdout, done.stderr
        self.asked = asked.read_text().splitlines()


@pytest.mark.parametrize(("build", "fetched"), [("", "compose pull --quiet"), ("1", "compose build --quiet")])
def test_all_is_done_in_its_order(tmp_path: Path, build: str, fetched: str) -> None:
    run = Run(tmp_path, build=build)
    assert run.ended == 0, run.complained
    backed_up, images, *kept, up, looked = run.asked
    assert backed_up == "compose exec -T backup tikethet backup"
    assert [line for line in kept if line.startswith("tag")] == [
        f"tag sha256:of-now registry:5000/ours/container-{part}:before"
        for part in ("init", "tickets", "notify", "bot", "gateway")
    ]
    assert (images, up, looked) == (fetched, UP, "compose exec -T tickets tikethet doctor")
    assert "Upgraded." in run.said
    assert WAY_BACK in run.said
    assert f"tikethet restore {ARCHIVE}" in run.said
    assert f"in {tmp_path}:" in run.said


@pytest.mark.parametrize(
    ("fails", "step"),
    [
        ('*"tikethet backup"', "Back up"),
        ('"compose pull --quiet"', "Pull the newer images"),
        ("tag*", "Keep the images of now under the tag `before`"),
        ('"compose up -d --wait"', "Start them"),
        ('*"tikethet doctor"', "Ask `tikethet doctor`"),
    ],
)
def test_what_fails_stops_it_by_name(tmp_path: Path, fails: str, step: str) -> None:
    run = Run(tmp_path, fails=fails)
    assert run.ended != 0
    reason, stopped = run.complained.splitlines()
    assert reason == "the engine's own reason"
    assert stopped.startswith(f'Stopped: "{step}" failed')
    assert "Upgraded" not in run.said
    changed = UP in run.asked
    assert (WAY_BACK in run.said) == changed
    assert ("nothing was changed" in stopped) != changed
    assert re.match(fails.replace('"', "").replace("*", ".*"), run.asked[-1])


def test_without_a_back_up_nothing_is_touched_and_its_reason_is_heard(tmp_path: Path) -> None:
    run = Run(tmp_path, said="no back-up was made: the log was never opened: start tickets once")
    assert run.ended != 0
    assert "no back-up was made: the log was never opened" in run.complained
    assert 'Stopped: "Back up" failed' in run.complained
    assert run.asked == ["compose exec -T backup tikethet backup"]
