"""An example address for every row of the front door's table, and ways to write an address differently."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jaga.web.front_door_routes import ROUTES
from jaga.web.front_door_rows import Pass, Refuse, Row

EXAMPLES = {
    "api": "v3",
    "v1": "v1",
    "room": "!" + "a" * 43,
    "event": "$" + "b" * 43,
    "user": "@wulan:jaga.localhost",
    "type": "m.room.encrypted",
    "state_key": "m.room.name:",
    "word": "v3",
    "id": "m1795464743.1",
    "server": "jaga.localhost",
    "media": "AbCdEfGh",
    "session": "q9W+3/aa0",
    "media_api": "v3",
    "transaction": "m1795464743.1",
    "secret_key": "m.secret_storage.key.abcDEF123",
    "silenced": "m.local_notification_settings.ABCDEFGHIJ",
    "jaga_secret": "org.jaga.secret.folders",
    "tag": "m.favourite",
    "push_kind": "override",
    "push_filter": "override",
    "push_rule": ".m.rule.master",
    "membership": "kick",
    "receipt": "m.read",
    "rest": "x/y",
}


def example_of(row: Row) -> str:
    """An address that the row means; parts are percent-encoded as clients do."""

    def fill(found: re.Match[str]) -> str:
        name, value = found[1], EXAMPLES[found[1]]
        return value if name == "rest" else value.replace("/", "%2F").replace("+", "%2B")

    return re.sub(r"\{(\w+)\}", fill, row.path)


REFUSED = [
    (row.methods[0] if row.methods else "GET", example_of(row), row)
    for row in ROUTES
    if isinstance(row.then, Refuse)
]
PASSED = [
    (method, example_of(row), row) for row in ROUTES if isinstance(row.then, Pass) for method in row.methods
]


def disguises_of(path: str) -> Iterator[str]:
    """The same address as an attacker may write it, hoping that one side reads it differently than the other."""
    head, _, tail = path.rpartition("/")
    first = path.split("/")[1]
    yield "/" + path
    yield path.replace("/", "//", 2)
    yield f"{head}//{tail}"
    yield f"{path}/"
    yield f"{path}//"
    yield f"{path}/."
    yield f"{path}/x/.."
    yield f"{path}/%2e%2e/{tail}"
    yield f"/_matrix/client/versions/../../..{path}"
    yield f"/_matrix/client/versions/%2e%2e/%2E%2e/..{path}"
    yield f"/_matrix/client/versions/..%2f..%2f..{path}"
    yield f"/./{path[1:]}"
    yield f"/x/..{path}"
    yield path.replace("/", "%2f")
    yield path.replace("/", "/%2f", 1)
    yield path.replace("/", "\\")
    yield path.replace("/", "%5c")
    yield "".join(f"%{ord(letter):02x}" if letter.isalpha() else letter for letter in path)
    yield "".join(f"%25{ord(letter):02x}" if letter.isalpha() else letter for letter in path)
    yield path.replace(first, first.upper())
    yield path.upper()
    yield f"{path};x=y"
    yield path.replace("/", ";a/", 1)
    yield f"{path}%00"
    yield f"{path}%0d%0aX-A:%20b"
    yield f"{path}%20"
    yield f"{path}#x"
    yield f"{path}%23x"
    yield f"{path}%3fx"
    yield f"{path}?" + "x" * 20_000
    yield f"{path}/" + "x" * 5_000
    yield f"{path}%"
    yield f"{path}%zz"
    yield f"http://sealed{path}"
    yield f"//sealed{path}"
    yield path.replace("_", "%c0%af_", 1)
    yield path.replace("_", "\u005f".encode().hex().join(("%", "")), 1)
