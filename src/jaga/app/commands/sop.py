"""`jaga sop check|diff|publish`: the SOP's files, before and after they are in force."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit
from jaga.app.config import load_config
from jaga.app.sop_files import SHIPPED, documents_in_force, load_sop, merged

Directory = Annotated[
    Path | None, typer.Argument(help="Folder with base.toml and supplements (default: as shipped).")
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The SOP: check it, compare it, put it in force.", no_args_is_help=True)
    group.command("check")(command(check))
    group.command("diff")(command(diff))
    group.command("publish")(command(publish))
    app.add_typer(group, name="sop")


async def check(
    data: DataOption,
    directory: Directory = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Read the files and say what they contain; a mistake is named by file, key and reason."""
    sop = load_sop(load_config(data / "jaga.toml").sop, directory or SHIPPED)
    found = {"version": sop.version, "categories": list(sop.categories), "regimes": list(sop.regimes)}
    human = f"SOP {sop.version}: {', '.join(sop.categories)}; regimes {', '.join(sop.regimes)}. No mistakes found."
    emit(found, as_json=as_json, human=human)


async def diff(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """What the files say otherwise than the version in force."""
    from jaga.app.installation import Installation
    from jaga.store import sop
    from jaga.store.database import Database

    installation = Installation.open(data)
    database = Database(installation.server.url(), pool_size=1)
    async with database.reading() as connection:
        published = await sop.newest(connection)
    await database.close()
    before = published.document if published is not None else {}
    lines = _difference(before, merged(documents_in_force(installation.config)))
    version = published.version if published is not None else None
    emit(
        {"in_force": version, "changes": lines},
        as_json=as_json,
        human="\n".join(lines) or f"Nothing: {version} is in force.",
    )


async def publish(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """Publish the files' version to the ledger. Restart Jaga afterwards so that it decides by it."""
    from jaga.app.installation import Installation
    from jaga.app.publish_sop import publish as publish_in_force

    published = await publish_in_force(Installation.open(data))
    result = {"id": published.version, "sha256": published.sha256.hex()}
    emit(
        result,
        as_json=as_json,
        human=f"SOP {published.version} is published ({published.sha256.hex()[:12]}…).",
    )


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return list(difflib.unified_diff(_lines(before), _lines(after), "in force", "files", lineterm="", n=1))


def _lines(document: Mapping[str, Any]) -> list[str]:
    """One line a value, each with its whole path, so that a changed line says where it stands."""
    return sorted(
        f"{path} = {json.dumps(value, ensure_ascii=False)}" for path, value in _values(document, "")
    )


def _values(value: Any, path: str) -> list[tuple[str, Any]]:
    match value:
        case Mapping():
            return [
                leaf
                for key, below in value.items()
                for leaf in _values(below, f"{path}.{key}" if path else key)
            ]
        case list():
            return [leaf for index, below in enumerate(value) for leaf in _values(below, f"{path}[{index}]")]
        case _:
            return [(path, value)]
