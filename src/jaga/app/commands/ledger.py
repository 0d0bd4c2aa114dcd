"""`jaga verify`: a receipt, checked by anyone, offline. `jaga ledger`: the operator's side of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, fail
from jaga.app.paths import DataDir

if TYPE_CHECKING:
    from jaga.ledger.note import Verifier
    from jaga.ledger.receipt import Proven
    from jaga.store.fsck import Checked

_LARGEST_FILE = 2_000_000
_KEYS_NAME = "jaga-ledger.vkey"


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)
    ledger = typer.Typer(help="The public ledger.", no_args_is_help=True)
    ledger.command("fsck")(command(fsck))
    ledger.command("key")(command(key))
    app.add_typer(ledger, name="ledger")


def verify(
    receipt: Annotated[Path, typer.Argument(help="The receipt, as the direct line or the web gave it.")],
    data: DataOption,
    keys: Annotated[
        Path | None,
        typer.Option(
            help=f"Public keys, one a line (default: {_KEYS_NAME} beside the receipt, else in --data)."
        ),
    ] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Check a receipt with nothing but the ledger's public key: no network, no database."""
    # Not one import more than the proof needs: this is meant to run anywhere.
    from jaga.ledger.receipt import ReceiptInvalid, verify_receipt

    source = keys or _keys_beside(receipt, DataDir(data))
    verifiers = _verifiers(source)
    try:
        proven = verify_receipt(_text(receipt), verifiers)
    except ReceiptInvalid as error:
        fail(f"{receipt} proves nothing (checked with {source}): {error}.")
    emit(_proven_as_json(proven, source), as_json=as_json, human=_proven_in_words(proven, source))


async def fsck(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """Recompute the whole ledger from its entries; name the first that is not as it was signed."""
    from rich.console import Console
    from rich.progress import Progress

    from jaga.app.installation import Installation
    from jaga.app.ledger_files import ledger_signer
    from jaga.app.standalone import database_of
    from jaga.store import fsck as checking

    installation = Installation.open(data)
    verifier = ledger_signer(installation).verifier
    async with database_of(installation) as database:
        with Progress(
            console=Console(stderr=True), transient=True, disable=as_json or not sys.stderr.isatty()
        ) as bar:
            task = bar.add_task("Entries")
            checked = await checking.check(
                database, verifier, progress=lambda done, of: bar.update(task, completed=done, total=of)
            )
    _tell(checked, as_json=as_json)


async def key(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """Print the public key that receipts are checked with."""
    from jaga.app.installation import Installation
    from jaga.app.ledger_files import ledger_signer

    vkey = ledger_signer(Installation.open(data)).verifier.vkey
    emit({"vkey": vkey}, as_json=as_json, human=vkey)


def _keys_beside(receipt: Path, data: DataDir) -> Path:
    candidates = [receipt.absolute().parent / _KEYS_NAME, data.ledger_vkey]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        fail(
            f"No public key to check with: there is no {_KEYS_NAME} beside the receipt or in {data.root}. "
            "Give one with --keys; the ledger publishes it at /.well-known/jaga/ledger.vkey."
        )
    return found


def _verifiers(path: Path) -> list[Verifier]:
    from jaga.ledger.note import MalformedNote, Verifier

    lines = [line.strip() for line in _text(path).splitlines()]
    try:
        verifiers = [Verifier.parse(line) for line in lines if line and not line.startswith("#")]
    except MalformedNote as error:
        fail(f"{path} holds something that is not a public key: {error}.")
    if not verifiers:
        fail(f"{path} holds no public key.")
    return verifiers


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}.")
    if len(raw) > _LARGEST_FILE:
        fail(f"{path} is larger than any receipt or list of keys.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        fail(f"{path} is not text: something in it was changed.")


def _proven_in_words(proven: Proven, source: Path) -> str:
    entry, checkpoint = proven.entry, proven.checkpoint
    kind = entry.type.replace("_", " ")
    about = ", ".join(
        word for word in (entry.legal_class, entry.category, entry.action, entry.outcome) if word
    )
    sentence = (
        f"Entry {proven.index} of {checkpoint.origin} records: {kind}{f' ({about})' if about else ''} at "
        f"{entry.at:%Y-%m-%d %H:%M:%S} UTC; it stands in the ledger as signed at {checkpoint.size} entries."
    )
    opened = "".join(f"\n  {field}: {value}" for field, value in proven.opened.items())
    shown = f"\nIt was recorded with these values:{opened}" if opened else ""
    return f"{sentence} Checked with {source}.{shown}"


def _proven_as_json(proven: Proven, source: Path) -> dict[str, object]:
    import json

    return {
        "verified": True,
        "origin": proven.checkpoint.origin,
        "leaf": proven.index,
        "size": proven.checkpoint.size,
        "root": proven.checkpoint.root.hex(),
        "entry": json.loads(proven.entry.to_bytes()),
        "opened": dict(proven.opened),
        "keys": str(source),
    }


def _tell(checked: Checked, *, as_json: bool) -> None:
    import json

    findings = [{"index": finding.index, "what": finding.what} for finding in checked.findings]
    if as_json:
        print(
            json.dumps(
                {
                    "whole": not findings,
                    "size": checked.size,
                    "checkpoints": checked.checkpoints,
                    "waiting": checked.waiting,
                    "first_bad_index": findings[0]["index"] if findings else None,
                    "findings": findings,
                }
            )
        )
    elif not findings:
        print(
            f"The ledger is whole: {checked.size} entries lead to all of its {checked.checkpoints} checkpoints; "
            f"{checked.waiting} wait to be integrated."
        )
    if checked.findings:
        first = checked.findings[0]
        more = f" ({len(findings) - 1} more with --json)" if len(findings) > 1 else ""
        fail(f"The ledger is not as it was signed, first at entry {first.index}: {first.what}{more}.")
