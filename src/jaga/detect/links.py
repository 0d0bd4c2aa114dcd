"""Finds listed addresses: a host with everything below it, or a host and the beginning of a path.

The host is what a browser would go to: look-alike dots and letters, user names before `@`, ports, percent-encoding,
punycode, empty path segments and letter case make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from jaga.detect.fold import as_seen
from jaga.detect.offsets import Change, Form

_HOST = re.compile(r"[\w.-]+")
_PATH = re.compile(r"(?::\d{0,5})?([/\\][^\s\"'<>?#]{0,2048})?")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_DEFUSED = re.compile(r" ?[\[({] ?(?:\.|dot|titik) ?[\])}] ?")  # evil[.]example, evil (dot) example
_MOST_LABELS = 10
_PUNYCODE = "xn--"


class Link(NamedTuple):
    """Host in its one spelling, and the path's segments that must come first."""

    host: str
    path: tuple[str, ...]


def parse_link(text: str) -> Link | None:
    """A listed address, with or without scheme; none if there is no host in it."""
    bare = _SCHEME.sub("", as_seen(text).text).removeprefix("www.")
    match = _HOST.match(bare)
    host = _host(match.group()) if match else ""
    if not match or "." not in host:
        return None
    path = _PATH.match(bare, match.end())
    if path is None or path.end() != len(bare.partition("?")[0].partition("#")[0]):
        return None
    return Link(host, _segments(path.group(1) or ""))


def _host(text: str) -> str:
    return ".".join(_label(label) for label in text.strip(".-").split("."))


def _label(label: str) -> str:
    """Punycode is shown as what it stands for, and read like any text."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        return as_seen(label[len(_PUNYCODE) :].encode("ascii").decode("punycode")).text
    except (UnicodeError, OverflowError):
        return label


def _segments(path: str) -> tuple[str, ...]:
    parts = as_seen(unquote(path.replace("\\", "/"))).text.split("/")
    return tuple(part for part in parts if part not in {"", "."})


@dataclass(frozen=True, slots=True)
class LinkFound:
    id: str
    start: int
    end: int


class Links:
    """All addresses in force."""

    def __init__(self) -> None:
        self._by_host: dict[str, dict[str, tuple[str, ...]]] = {}
        self._host_of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._host_of)

    def add(self, id: str, address: str) -> None:
        if (link := parse_link(address)) is not None:
            self._by_host.setdefault(link.host, {})[id] = link.path
            self._host_of[id] = link.host

    def remove(self, id: str) -> None:
        if (host := self._host_of.pop(id, None)) is not None:
            self._by_host[host].pop(id)
            if not self._by_host[host]:
                del self._by_host[host]

    def find(self, text: str) -> Iterator[LinkFound]:
        """Every listed address in running text or in a single address, at its place in `text`."""
        if not self._by_host:
            return
        base = as_seen(text)
        for form in _address_forms(base):
            for match in _HOST.finditer(form.text):
                if "." in match.group():
                    yield from self._judge(form, match)

    def _judge(self, form: Form, match: re.Match[str]) -> Iterator[LinkFound]:
        labels = _host(match.group()).split(".")
        for first in range(max(0, len(labels) - _MOST_LABELS), len(labels) - 1):
            listed = self._by_host.get(".".join(labels[first:]))
            if listed is None:
                continue
            path = _PATH.match(form.text, match.end())
            segments = _segments(path.group(1) or "") if path else ()
            end = path.end() if path else match.end()
            for entry, wanted in listed.items():
                if segments[: len(wanted)] == wanted:
                    start, last = form.origin(match.start(), end if wanted else match.end())
                    yield LinkFound(entry, start, last)


def _address_forms(base: Form) -> Iterator[Form]:
    yield base
    if "%" in base.text:
        yield Form(unquote(base.text, errors="replace").lower(), source=base, changes=_unquoting)
    if any(bracket in base.text for bracket in "[({"):
        yield Form(_DEFUSED.sub(".", base.text), source=base, changes=_defusing)


def _unquoting(text: str) -> Iterable[Change]:
    for match in _PERCENT.finditer(text):
        yield match.start(), match.end(), len(unquote(match.group(), errors="replace").lower())


def _defusing(text: str) -> Iterable[Change]:
    return ((match.start(), match.end(), 1) for match in _DEFUSED.finditer(text))
