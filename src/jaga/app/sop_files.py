"""The SOP's files as shipped, or as an operator wrote them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jaga
from jaga.app.config import Config
from jaga.sop.model import Sop
from jaga.sop.parse import SopError, merge, parse_sop

_PACKAGED = Path(jaga.__file__).parent / "sop" / "files"
_CHECKOUT = Path(jaga.__file__).parents[2] / "sop"
SHIPPED = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def read_documents(directory: Path, supplements: Sequence[str]) -> dict[str, dict[str, Any]]:
    """`base.toml`, then each supplement, by file name. Raises `SopError`."""
    return {f"{name}.toml": _read(directory / f"{name}.toml") for name in ("base", *supplements)}


def merged(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The one document that these say together: what is published and hashed."""
    together: dict[str, Any] = {}
    for document in documents.values():
        together = merge(together, document)
    return together


def documents_in_force(config: Config) -> dict[str, dict[str, Any]]:
    """The files that this installation's settings name."""
    return read_documents(files_directory(config), config.sop)


def files_directory(config: Config) -> Path:
    return Path(config.sop_directory) if config.sop_directory else SHIPPED


def sop_in_force(config: Config) -> Sop:
    return parse_sop(documents_in_force(config))


def load_sop(supplements: Sequence[str], directory: Path = SHIPPED) -> Sop:
    return parse_sop(read_documents(directory, supplements))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SopError(file=path.name, key="-", reason=f"there is no such file in {path.parent}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SopError(file=path.name, key="-", reason=str(error)) from None
