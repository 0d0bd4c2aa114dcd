"""`make bench`: every part once, on one Jaga and one plain Synapse; writes docs/benchmarks.md.

`python -m bench messenger feed` measures these parts alone, and with `--keep` renews them on the page.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.helpers.stack import Stack, running_stack

from bench import messenger, parts, report, rooms, waiting
from bench.figures import Figure
from bench.stands import guarded, jaga, plain_synapse

PARTS = (
    *(
        "Publishing",
        "Private messages",
        "Private messages by size of the room",
        "Detector",
        "Reading",
        "Feed",
        "Notices",
    ),
    *("Messenger", "Direct line", "Decisions", "Ledger", "Memory", "Time to ready"),
)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("parts", nargs="*", metavar="PART", help="; ".join(map(_argument, PARTS)))
    options.add_argument("--seconds", type=float, default=10, help="length of each timed part")
    options.add_argument("--keep", action="store_true", help="write single parts to docs/benchmarks.md too")
    wanted = options.parse_args()
    if unknown := set(wanted.parts) - set(map(_argument, PARTS)):
        options.error(f"there is no part {', '.join(sorted(unknown))}")
    run = Measured(set(wanted.parts) or set(map(_argument, PARTS)))
    with tempfile.TemporaryDirectory(prefix="jaga-bench-") as name:
        root = Path(name)
        root.chmod(0o755)  # PostgreSQL, as another user, must pass
        _measure(root, wanted.seconds, run)
    if wanted.keep or not wanted.parts:
        save = report.renew if wanted.parts else report.write
        save(run.figures, on=datetime.now(UTC).date())
        print(f"Written to {report.PAGE}")
    if missing := run.missing():
        sys.exit("\n".join(missing))


def _argument(part: str) -> str:
    return part.lower().replace(" ", "-")


@dataclass
class Measured:
    """The parts asked for, and what they brought."""

    asked: set[str]
    figures: dict[str, list[Figure]] = field(default_factory=dict)

    def wants(self, *names: str) -> bool:
        return any(_argument(name) in self.asked for name in names)

    def keep(self, name: str, figures: Callable[[], Iterable[Figure]]) -> None:
        """Measures the part if it is wanted. One that fails is told of, and the others are still measured."""
        if not self.wants(name):
            return
        began = time.monotonic()
        try:
            found = list(figures())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            found = [Figure.unmeasured(name, error)]
        self.figures[name] = found
        print(f"{name}, {time.monotonic() - began:.0f} s")
        for figure in found:
            met = {True: "met", False: "NOT MET", None: ""}[figure.met]
            beside = f"({figure.baseline:,.2f})" if figure.baseline is not None else ""
            print(f"  {figure.what}: {figure.value:,.2f} {figure.unit} {beside} {met}", flush=True)

    def missing(self) -> list[str]:
        return [one.what for figures in self.figures.values() for one in figures if not one.is_measured]


def _measure(root: Path, seconds: float, to: Measured) -> None:
    began = time.monotonic()
    with jaga(root) as stack:
        ready = [_ready("fresh data directory", time.monotonic() - began, budget="")]
        _on_fresh_data(to, parts.Run(stack, guarded(stack), seconds, root))
    if to.wants("Memory", "Time to ready"):
        began = time.monotonic()
        with running_stack(root / "jaga") as stack:
            ready.append(_ready("existing data", time.monotonic() - began, budget="< 10 s"))
            to.keep("Memory", lambda: _memory(stack))
        to.keep("Time to ready", lambda: ready)


def _on_fresh_data(to: Measured, run: parts.Run) -> None:
    places = parts.places_for(run)
    parts.list_terms(run)
    if to.wants("Publishing", "Private messages"):
        with plain_synapse(run.scratch) as plain:
            to.keep("Publishing", lambda: asyncio.run(parts.publishing(run, plain, places)))
            to.keep("Private messages", lambda: asyncio.run(parts.sealed_cost(run, plain)))
    to.keep("Private messages by size of the room", lambda: rooms.measure(run.scratch))
    to.keep("Detector", lambda: parts.detecting(run))
    to.keep("Reading", lambda: asyncio.run(parts.reading(run, places[0])))
    to.keep("Feed", lambda: parts.feed(run, places[1]))
    to.keep("Notices", lambda: waiting.measure(run.stack, parts.WAITING, run.seconds * 3))
    to.keep("Messenger", lambda: messenger.measure(run, places[1]))
    to.keep("Direct line", lambda: asyncio.run(parts.orders(run, places[2], parts.officer(run))))
    to.keep("Decisions", lambda: parts.effects(run, places[3], parts.moderator(run)))
    to.keep("Ledger", lambda: asyncio.run(parts.ledger(run)))


def _memory(stack: Stack) -> list[Figure]:
    time.sleep(10)  # until it is idle
    return parts.memory(stack)


def _ready(what: str, seconds: float, *, budget: str) -> Figure:
    met = seconds < 10 if budget else None
    return Figure(what=f"jaga up, {what}", value=seconds, unit="s", budget=budget, met=met)


if __name__ == "__main__":
    main()
