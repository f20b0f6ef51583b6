import subprocess
import sys
from pathlib import Path

import pytest
from tikethet_tickets import cli


def test_every_module_of_the_room_is_a_subcommand() -> None:
    room = Path(cli.__file__).parent
    modules = {path.stem for path in room.glob("[a-z]*.py")} | {path.parent.name for path in room.glob("*/__init__.py")}
    modules.remove("installation")
    assert {name.replace("-", "_") for name in cli.COMMANDS} == modules
    assert all(command.HELP for command in cli.COMMANDS.values())


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert all(name in said for name in cli.COMMANDS)


@pytest.mark.parametrize("script", ["tikethet", "tikethet-tickets"])
def test_it_is_installed(script: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name(script), "--help"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "rebuild" in done.stdout
