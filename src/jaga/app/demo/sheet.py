"""Who can sign in where in the demonstration; asking for the first time fills it in."""

from __future__ import annotations

from pathlib import Path

import pyotp
from rich.console import Console
from rich.table import Table

from jaga.app.demo import story
from jaga.app.demo.seed import Seed
from jaga.app.demo.sign_in import SHEET, SignIn, read_sheet, write_sheet
from jaga.app.demo.talk import GROUP_TITLE, STAYING, VISITOR
from jaga.app.installation import Installation
from jaga.core.errors import Conflict, NotFound
from jaga.core.files import write_private
from jaga.core.text import Text
from jaga.store.database import Database


class NoDemo(NotFound):
    code = "no_demo"
    text = Text(
        id="Tidak ada demo di {path}; jalankan jaga up --demo pada direktori data yang kosong.",
        en="There is no demonstration in {path}; start jaga up --demo on an empty data directory.",
    )


class DemoUnfinished(Conflict):
    code = "demo_unfinished"
    text = Text(
        id="Pengisian demo pernah terputus di {path}; mulai lagi dengan direktori data yang kosong.",
        en="Filling the demonstration was interrupted in {path}; start again with an empty data directory.",
    )


def sheet_of(installation: Installation) -> list[SignIn]:
    """Raises `NoDemo`."""
    try:
        return read_sheet(_sheet(installation).read_bytes())
    except FileNotFoundError:
        raise NoDemo(path=str(installation.data.root)) from None


async def fill_once(installation: Installation) -> list[SignIn]:
    """The first call fills the community in. Raises `DemoUnfinished`."""
    begun, path = _begun(installation), _sheet(installation)
    if path.exists():
        return sheet_of(installation)
    if begun.exists():
        raise DemoUnfinished(path=str(installation.data.root))
    write_private(begun, b"")
    database = Database(installation.server.url(), pool_size=2)
    try:
        sheet = await Seed(installation, database).fill()
    finally:
        await database.close()
    write_private(path, write_sheet(sheet))
    begun.unlink()
    return sheet


def tell(installation: Installation, sheet: list[SignIn]) -> None:
    url = installation.config.public_url
    table = Table(
        "Who", "Where", "Name", "Password", "Code app secret (TOTP)", "Code now", title="Who can sign in"
    )
    for line in sheet:
        table.add_row(
            line.who, f"{url}{line.where}", line.name, line.password, line.totp_secret, code_now(line)
        )
    console = Console(width=160)
    console.print(table)
    if (visitor := next((line for line in sheet if line.name == VISITOR), None)) and visitor.recovery_key:
        console.print(
            f"Sealed chats: sign in as {visitor.name} and enter the recovery key {visitor.recovery_key} to open the "
            f"group {GROUP_TITLE}. Who writes to {' or '.join(name.title() for name in STAYING[:2])}, as "
            f"{visitor.name} or from an account of their own, gets an answer."
        )
    console.print(f"Refused in public: {story.REFUSED_WORD}. Held for a person: {story.HELD_WORD}.")
    console.print("Codes change every 30 seconds; `jaga demo` prints this sheet again.")
    console.print(f"The officer's key and receipt: {installation.data.root / 'demo'}")


def code_now(line: SignIn) -> str:
    return pyotp.TOTP(line.totp_secret).now() if line.totp_secret else ""


def _begun(installation: Installation) -> Path:
    return installation.data.secrets / "demo.begun"


def _sheet(installation: Installation) -> Path:
    return installation.data.secrets / SHEET
