"""Installed versions against the list of known vulnerabilities that ships with Jaga.

The list is short, kept by hand, and as old as the date in it: it names what touched the parts that Jaga uses. It
replaces neither the distribution's updates nor a scanner such as pip-audit.
"""

from __future__ import annotations

import importlib.metadata
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from jaga.app.doctor.findings import Failed, Finding, Good, Noted
from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE
from jaga.core.clock import utc_now
from jaga.core.text import Text

LIST = Path(__file__).with_name("known_vulnerabilities.toml")
_FRESH_DAYS = 90
"""Synapse and PostgreSQL publish fixes at least so often."""


@dataclass(frozen=True, slots=True)
class Vulnerability:
    id: str
    package: str
    """As PyPI names it; `postgresql` is the server."""

    affected: SpecifierSet
    title: str
    beside: Text | None = None
    """Why it fails nothing although the version has it."""


@dataclass(frozen=True, slots=True)
class Known:
    as_of: date
    vulnerabilities: tuple[Vulnerability, ...]


def load(path: Path = LIST) -> Known:
    content = tomllib.loads(path.read_text("utf-8"))
    return Known(
        content["as_of"],
        tuple(
            Vulnerability(
                each["id"],
                each["package"],
                SpecifierSet(each["affected"]),
                each["title"],
                Text(**each["beside"]) if "beside" in each else None,
            )
            for each in content["vulnerability"]
        ),
    )


def affecting(known: Known, package: str, version: str) -> list[Vulnerability]:
    return [
        each
        for each in known.vulnerabilities
        if each.package == package and each.affected.contains(Version(version), prereleases=True)
    ]


def installed(packages: set[str]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def versions(installation: Installation) -> Finding:
    known = load()
    here = installed({each.package for each in known.vulnerabilities})
    return judge(known, here | {"postgresql": _postgres_version(installation)}, today=utc_now().date())


def judge(known: Known, here: Mapping[str, str], *, today: date) -> Finding:
    """What the list says of these versions. An old list is never good news: it cannot know what came after it."""
    hit = [
        (name, version, each)
        for name, version in sorted(here.items())
        for each in affecting(known, name, version)
    ]
    if failing := [f"{name} {version}: {each.id}" for name, version, each in hit if each.beside is None]:
        return Failed(Text(id=f"terdampak: {', '.join(failing)}", en=f"affected: {', '.join(failing)}"))
    age = (today - known.as_of).days
    covered = f"{len(known.vulnerabilities)} entries for {len(here)} packages, as of {known.as_of}"
    told = [(f"{name} {version}: {each.id}", each.beside) for name, version, each in hit if each.beside]
    notes = [Text(id=f"{what} ({why.id})", en=f"{what} ({why.en})") for what, why in told]
    if age > _FRESH_DAYS:
        notes.append(
            Text(
                id=f"daftarnya berumur {age} hari; perbarui Jaga, atau pakai pip-audit",
                en=f"the list is {age} days old; update Jaga, or use pip-audit",
            )
        )
    if notes:
        return Noted(Text(id="; ".join(n.id for n in notes), en="; ".join(n.en for n in notes)))
    return Good(Text(id=f"tidak ada yang dikenal ({covered})", en=f"none of those we know of ({covered})"))


def _postgres_version(installation: Installation) -> str:
    with psycopg.connect(installation.server.conninfo(OPEN_SIDE, OPEN_SIDE)) as connection:
        number = connection.info.server_version
    return f"{number // 10_000}.{number % 10_000}"
