"""How the supervisor starts the demonstration's members, where matrix-nio is installed."""

from __future__ import annotations

import os
from dataclasses import asdict
from importlib.util import find_spec

from jaga.app import landlock, walls
from jaga.app.children import own_module
from jaga.app.demo.sign_in import SHEET, read_sheet
from jaga.app.hand import Hand, put
from jaga.app.installation import Installation
from jaga.app.supervisor import Child, Launch

_NO_CLIENT = "Nobody answers in sealed chats: that needs matrix-nio (pip install 'jaga[demo]')."
_BEFORE = (
    "This demonstration was filled by an earlier Jaga and goes on as it was: its people have no sealed chats. For those,"
    " start one in an empty folder (--data)."
)


def why_silent(installation: Installation) -> str | None:
    """Why the demonstration's people have no clients, for whoever started it; `None` when they have."""
    if find_spec("nio") is None:
        return _NO_CLIENT
    lines = read_sheet((installation.data.secrets / SHEET).read_bytes())
    return None if any(line.recovery_key for line in lines) else _BEFORE


def members(installation: Installation) -> Child:
    """They may write below `demo/members` alone, and read nothing of the installation: they come in by the front door."""
    folder = installation.data.root.absolute() / "demo" / "members"
    ready = folder / "ready"

    async def launch() -> Launch:
        folder.parent.mkdir(exist_ok=True)
        folder.parent.chmod(0o711)  # what lies beside it is closed by itself
        walls.give_demo(installation.data, folder)
        ready.unlink(missing_ok=True)
        sheet = (installation.data.secrets / SHEET).read_bytes()
        hand = put(Hand({**asdict(installation.config), "database_url": ""}, {SHEET: sheet}))
        arguments = [*own_module("demo.members", installation), "--hand", str(hand)]
        wall = landlock.ruleset(readable=[*walls.system(), *walls.code()], writable=[folder, walls.DEVICES])
        environment = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder)}  # noqa: TID251 - handed on, not read
        account = walls.demo_account(installation.data, folder)
        return Launch(arguments=arguments, account=account, wall=wall, handed=hand, environment=environment)

    async def answers(process: int) -> bool:
        return ready.read_text() == str(process)

    return Child(name="demo-members", title="Sealed chats", launch=launch, answers=answers)
