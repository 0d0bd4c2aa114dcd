"""Work that is done once at a start, in a process of its own: what it loads does not stay in the supervisor."""

from __future__ import annotations

import asyncio
import signal

from jaga.app import children
from jaga.app.installation import Installation
from jaga.app.launch import entering
from jaga.app.progress import Progress
from jaga.app.refusals import CannotStart
from jaga.app.supervisor import why_ended


async def complete(module: str, title: str, installation: Installation, progress: Progress) -> None:
    """Run one of our own modules to its end; what it prints is for the person. Raises `CannotStart`."""
    log = installation.data.logs / f"{module}.log"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *children.own_module(module, installation),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=progress.output,
            stderr=errors,
            start_new_session=True,
            preexec_fn=entering(None, death_signal=signal.SIGKILL),
        )
    try:
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
    if status != 0:
        raise CannotStart(name=title, reason=why_ended(status, log), log=str(log))
