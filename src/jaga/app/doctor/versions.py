"""Installed versions against the list of known vulnerabilities that ships with Jaga.

The list is short, kept by hand, and as old as the date in it: it names what touched the parts that Jaga uses. It
replaces neither the distribution's updates nor a scanner such as pip-audit.
"""

from __future__ import annotations

import importlib.metadata
import tomllib
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
_FRESH_DAYS = 180


@dataclass(frozen=True, slots=True)
class Vulnerability:
    id: str
    package: str
    """As PyPI names it; `postgresql` is the server."""

    affected: SpecifierSet
    title: str


@dataclass(frozen=True, slots=True)
class Known:
    as_of: date
    vulnerabilities: tuple[Vulnerability, ...]


def load(path: Path = LIST) -> Known:
    content = tomllib.loads(path.read_text("utf-8"))
    return Known(
        content["as_of"],
        tuple(
            Vulnerability(each["id"], each["package"], SpecifierSet(each["affected"]), each["title"])
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
    packages = {each.package for each in known.vulnerabilities}
    here = installed(packages) | {"postgresql": _postgres_version(installation)}
    hit = [
        f"{package} {version}: {each.id}"
        for package, version in sorted(here.items())
        for each in affecting(known, package, version)
    ]
    if hit:
        return Failed(Text(id=f"terdampak: {', '.join(hit)}", en=f"affected: {', '.join(hit)}"))
    covered = f"{len(known.vulnerabilities)} entries for {len(packages)} packages, as of {known.as_of}"
    if (utc_now().date() - known.as_of).days > _FRESH_DAYS:
        return Noted(Text(id=f"daftarnya sudah lama ({covered})", en=f"the list is old ({covered})"))
    return Good(Text(id=f"tidak ada yang dikenal ({covered})", en=f"none of those we know of ({covered})"))


def _postgres_version(installation: Installation) -> str:
    with psycopg.connect(installation.server.conninfo(OPEN_SIDE, OPEN_SIDE)) as connection:
        number = connection.info.server_version
    return f"{number // 10_000}.{number % 10_000}"
