"""`make demo`: start the house, fill in the demo, say where everything is, and leave nothing behind."""

import asyncio
import contextlib
import signal
import sys
import time
from pathlib import Path

from tikethet_devstack import choices, run, seed
from tikethet_devstack.choices import BadChoice, Choices
from tikethet_devstack.display import Display, complain
from tikethet_devstack.engines import Nats
from tikethet_devstack.process import DidNotStart
from tikethet_devstack.stack import Stack

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Run until Ctrl-C or SIGTERM. Exit code 1 with one line when it cannot start."""
    try:
        chosen = choices.read(ROOT)
        held = run.Run(chosen.directory)
    except (BadChoice, run.Taken) as problem:
        complain(str(problem))
        return 1
    except PermissionError as problem:
        complain(f"{problem.filename} belongs to another user; remove it or start as that user")
        return 1
    try:
        if chosen.reset:
            run.clear(chosen.directory)
        run.check_port(chosen.port)
        asyncio.run(_stay(chosen, held))
    except (BadChoice, run.Taken, DidNotStart) as problem:
        complain(str(problem))
        return 1
    finally:
        held.close()
    return 0


async def _stay(chosen: Choices, held: run.Run) -> None:
    began = time.monotonic()
    display = Display()
    stack = Stack(chosen, held, display.tell)
    _end_on_signals()
    try:
        with display:
            await stack.start()
            if chosen.demo:
                await _fill(stack, display)
        nats = stack.parts.get("nats")
        bus = nats.url if isinstance(nats, Nats) else None
        _summary(display, chosen, time.monotonic() - began, chats="telegram" in stack.parts, bus=bus)
        await stack.watch()
    except asyncio.CancelledError:  # only our own signals cancel
        display.console.print("\nStopping …")
    finally:
        await stack.stop()


async def _fill(stack: Stack, display: Display) -> None:
    display.tell("demo tickets", "starting", "")
    try:
        await seed.seed(stack.address)
    except seed.Failed as failure:  # whoever changed the demo's people may still use the rest
        display.tell("demo tickets", "ended", str(failure))
    else:
        display.tell("demo tickets", "ready", "")


def _end_on_signals() -> None:
    """The first signal asks for an orderly end; a second one does not wait for it (the leash then ends the rest)."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def first() -> None:
        if task:
            task.cancel()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, first)


def _summary(display: Display, chosen: Choices, seconds: float, *, chats: bool, bus: str | None) -> None:
    address = chosen.address
    rows = [("Mini App", f"{address}/app/")]
    if chosen.demo:
        rows = [(f"Mini App as {who}", f"{address}/app/?as={who}") for who in ("customer", "helper", "admin")]
    if chats:
        rows.insert(0, ("Chats with the bot", f"{address}/sandbox"))
    rows += [
        ("HTTP calls to try out", f"{address}/docs"),
        ("Health of every part", f"{address}/health"),
        ("Live feed", f"ws://127.0.0.1:{chosen.port}/ws"),
        *((("Events over NATS", bus),) if bus else ()),
        ("Logs", str(chosen.directory / "logs")),
    ]
    display.console.print(f"\nTiketHet is up after {seconds:.1f} s\n", style="bold")
    for name, place in rows:
        display.console.print(f"  {name:<23}{place}", soft_wrap=True, markup=False)
    display.console.print("\nCtrl-C stops everything; the data stays (make demo RESET=1 starts over).", style="dim")


if __name__ == "__main__":
    sys.exit(main())
