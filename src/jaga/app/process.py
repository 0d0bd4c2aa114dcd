"""What the supervised processes have in common."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from jaga.app.hand import take
from jaga.app.installation import Installation
from jaga.core.errors import JagaError

REFUSED = 3
"""Exit status of a process that will not run as things stand; the last line of its log says why."""


def arguments(*, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hand", type=int, help="descriptor of what the supervisor hands over")
    return parser


def installation_of(given: argparse.Namespace) -> Installation:
    """As it was handed over, else as its files say."""
    if given.hand is None:
        return Installation.open(given.data)
    return Installation.of_hand(given.data, take(given.hand))


def installation_of_command_line(description: str = "Started by jaga up.") -> Installation:
    return installation_of(arguments(description=description).parse_args())


async def end_on_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` and cancel it on SIGTERM, which is how the supervisor says good-bye; a refusal ends the process."""
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await task
        except JagaError as refusal:
            print(refusal.message("en"), file=sys.stderr)
            raise SystemExit(REFUSED) from None
