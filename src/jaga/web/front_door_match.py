"""From what a client wrote to a row of the route table, or to nothing.

A path is recognized by what it means after decoding each of its segments once. What is passed on is written anew from
that meaning, so that Synapse can never read a path differently than this table did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from jaga.web.front_door_reasons import Because
from jaga.web.front_door_routes import REFUSED_QUERY
from jaga.web.front_door_rows import PARTS, Absent, Pass, Refuse, Row

_LONGEST_PATH = 4_096
_LONGEST_QUERY = 16_384
_MOST_PARAMETERS = 100
_MOST_REST = 12
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Passed:
    """To be passed on as `path` with `query`."""

    then: Pass
    path: str
    query: str
    token: str | None
    """The `access_token` parameter of older clients; it belongs into a header, where no log sees it."""


@dataclass(frozen=True, slots=True)
class Closed:
    because: Because


@dataclass(frozen=True, slots=True)
class Unknown:
    """No row has this path."""


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """A row has this path, but none for this method."""

    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooLong:
    """Nobody honest writes such an address."""


Match = Passed | Closed | Unknown | WrongMethod | TooLong


class RouteTable:
    """The rows of a table, made ready for looking up."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_length: dict[int, list[tuple[Row, re.Pattern[str]]]] = defaultdict(list)
        for row in rows:
            for length, pattern in _patterns(row.path):
                self._by_length[length].append((row, pattern))

    def match(self, method: str, raw_path: bytes, raw_query: bytes) -> Match:
        if len(raw_path) > _LONGEST_PATH or len(raw_query) > _LONGEST_QUERY:
            return TooLong()
        segments = segments_of(raw_path)
        if segments is None:
            return Unknown()
        allowed: list[str] = []
        joined = "\n".join(segments)
        for row, pattern in self._by_length.get(len(segments), ()):
            if not pattern.fullmatch(joined):
                continue
            if row.methods and method not in row.methods:
                allowed.extend(row.methods)
                continue
            match row.then:
                case Refuse(because):
                    return Closed(because)
                case Absent():
                    return Unknown()
                case Pass() as then:
                    return _passed(then, segments, raw_query)
        return WrongMethod(tuple(dict.fromkeys(allowed))) if allowed else Unknown()


def segments_of(raw_path: bytes) -> tuple[str, ...] | None:
    """The decoded segments of a path; `None` when it is no path that anyone needs.

    Refused are escapes that are none, bytes outside printable ASCII (no route of the table has others), steps to
    other directories and empty segments but for the last.
    """
    if not raw_path.startswith(b"/") or _BAD_ESCAPE.search(raw_path):
        return None
    segments = tuple(unquote_to_bytes(part).decode("latin-1") for part in raw_path[1:].split(b"/"))
    if any(
        segment in {".", ".."} or not all("!" <= letter <= "~" for letter in segment) for segment in segments
    ):
        return None
    return None if "" in segments[:-1] else segments


def _passed(then: Pass, segments: tuple[str, ...], raw_query: bytes) -> Match:
    try:
        pairs = parse_qsl(
            raw_query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:  # also UnicodeDecodeError
        return Unknown()
    for name, _ in pairs:
        if name in REFUSED_QUERY:
            return Closed(REFUSED_QUERY[name])
    kept = [(name, value) for name, value in pairs if name not in then.without and name != "access_token"]
    token = next((value for name, value in pairs if name == "access_token"), None)
    path = "/" + "/".join(_passed_on(segment, then.instead) for segment in segments)
    return Passed(then, path, urlencode(kept), token)


def _passed_on(segment: str, instead: tuple[str, str] | None) -> str:
    return quote(instead[1] if instead and instead[0] == segment else segment, safe="!$@:._~=+,-")


def _patterns(path: str) -> Iterable[tuple[int, re.Pattern[str]]]:
    """One pattern for each number of segments that `path` can have."""
    parts = path.removeprefix("/").split("/")
    if parts[-1] != "{rest}":
        yield len(parts), re.compile("\n".join(_expression(part) for part in parts))
        return
    fixed = "\n".join(_expression(part) for part in parts[:-1])
    for more in range(_MOST_REST + 1):
        yield len(parts) - 1 + more, re.compile(fixed + "\n[!-~]*" * more)


def _expression(part: str) -> str:
    name = part.removeprefix("{").removesuffix("}")
    return f"(?:{PARTS[name]})" if part != name else re.escape(part)
