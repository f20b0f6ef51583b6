"""What the person sees while things start: a live table on a terminal, plain lines elsewhere."""

import sys
import time
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tikethet_devstack.stack import State

MARKS = {"ready": ("green", "✔"), "ended": ("red", "✖"), "stopped": ("dim", "·")}


class Display:
    """Collects the parts' states. Inside `with`, a terminal shows them as one live table."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._states: dict[str, State] = {}
        self._since: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._remarks: dict[str, str] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(console=self.console, get_renderable=self._table, refresh_per_second=10)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def tell(self, part: str, state: State, remark: str) -> None:
        """A part changed its state."""
        now = time.monotonic()
        if state == "starting":
            self._since[part] = now
        self._took[part] = now - self._since.get(part, now)
        self._states[part], self._remarks[part] = state, remark
        if self._live is None and state != "stopped":
            self._print(part, state, remark)

    def _print(self, part: str, state: State, remark: str) -> None:
        if state == "starting":
            return
        words = f"{part} {remark}" if remark else f"{part} {state} ({self._took[part]:.1f} s)"
        self.console.print(words, markup=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for part, state in self._states.items():
            style, mark = MARKS.get(state, ("", ""))
            shown = Text(mark, style) if mark else Spinner("dots")
            took = f"{self._took[part]:.1f} s" if state == "ready" else ""
            table.add_row(shown, part, Text(self._remarks[part] or state, style), Text(took, "dim"))
        return table


def complain(line: str) -> None:
    """The one clear line about why there is no start."""
    print(f"TiketHet: {line}", file=sys.stderr)
