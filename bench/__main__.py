"""`make bench`: every part once, on one Jaga and one plain Synapse; writes docs/benchmarks.md.

`python -m bench --seconds 2 --only Publishing,Feed` is a quick look at two parts; it leaves the page as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.helpers.stack import running_stack

from bench import messenger, parts, report, rooms
from bench.figures import Figure
from bench.stands import guarded, jaga, plain_synapse


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--seconds", type=float, default=10, help="length of each timed part")
    options.add_argument("--only", default="", help="names of parts, with commas; the page is not written")
    wanted = options.parse_args()
    only = {name for name in wanted.only.split(",") if name}
    with tempfile.TemporaryDirectory(prefix="jaga-bench-") as name:
        root = Path(name)
        root.chmod(0o755)  # PostgreSQL, as another user, must pass
        results = _measure(root, wanted.seconds, only)
    if only:
        return
    report.write(results, on=datetime.now(UTC).date())
    print(f"Written to {report.PAGE}")


def _measure(root: Path, seconds: float, only: set[str]) -> dict[str, list[Figure]]:
    results: dict[str, list[Figure]] = {}

    def keep(name: str, figures: Callable[[], Iterable[Figure]]) -> None:
        if only and name not in only:
            return
        try:
            results[name] = list(figures())
        except Exception as error:  # noqa: BLE001 - the page says so, and the other parts are still measured
            traceback.print_exc()
            what = f"could not be measured ({type(error).__name__})"
            results[name] = [Figure(what=what, value=0, unit="", met=False)]
        for figure in results[name]:
            print(f"{name}: {figure.what}: {figure.value:,.2f} {figure.unit}", flush=True)

    ready = []
    began = time.monotonic()
    with jaga(root) as stack:
        ready.append(_ready("fresh data directory", time.monotonic() - began, budget=""))
        with plain_synapse(root) as plain:
            run = parts.Run(stack, guarded(stack), plain, seconds, root)
            places = parts.places_for(run)
            parts.list_terms(run)
            keep("Publishing", lambda: asyncio.run(parts.publishing(run, places)))
            keep("Private messages", lambda: asyncio.run(parts.sealed_cost(run)))
        keep("Private messages by size of the room", lambda: rooms.measure(root))
        keep("Detector", lambda: parts.detecting(run))
        keep("Reading", lambda: asyncio.run(parts.reading(run, places[0])))
        keep("Feed", lambda: parts.feed(run, places[1]))
        keep("Messenger", lambda: messenger.measure(run, places[1]))
        pen = parts.officer(run)
        keep("Direct line", lambda: asyncio.run(parts.orders(run, places[2], pen)))
        staff = stack.cli("staff", "add", "Ukur Contoh", "--email", "ukur@jaga.example", "--role", "senior")[
            "id"
        ]
        token = stack.cli("token", "issue", "--staff", staff, "--ttl", "1h")["token"]
        keep("Decisions", lambda: parts.effects(run, places[3], token))
        keep("Ledger", lambda: asyncio.run(parts.ledger(run)))
    began = time.monotonic()
    with running_stack(root / "jaga") as stack:
        ready.append(_ready("existing data", time.monotonic() - began, budget="< 10 s"))
        time.sleep(10)
        keep("Memory", lambda: parts.memory(stack))
    keep("Time to ready", lambda: ready)
    return results


def _ready(what: str, seconds: float, *, budget: str) -> Figure:
    met = seconds < 10 if budget else None
    return Figure(what=f"jaga up, {what}", value=seconds, unit="s", budget=budget, met=met)


if __name__ == "__main__":
    main()
