"""Which of Synapse's ways to make an event ask which hook, read from the installed Synapse (decision 0026).

A release that makes events in a new place, or asks elsewhere, fails here and has to be looked at.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import synapse

ROOT = Path(synapse.__file__).parent
# Federation has no listener here and an empty list of partners.
FEDERATION = ("handlers/federation.py", "handlers/federation_event.py", "federation/federation_base.py")

MAKING = {
    # PUT send, redact and state, delayed events when due, server notices, what modules send
    ("handlers/message.py", "_create_and_send_nonmember_event_locked"),
    # join, invite, knock, leave, kick, ban, profile changes, an administrator's join; leaving what was remote
    ("handlers/room_member.py", "_local_membership_update"),
    ("handlers/room_member.py", "_generate_local_out_of_band_leave"),
    # a new room, all events of it, and its upgrade
    ("handlers/room.py", "_generate_create_event_for_room_id"),
    ("handlers/room.py", "create_event"),
    ("handlers/message.py", "create_and_send_new_client_events"),
    ("handlers/room.py", "upgrade_room"),
    # what Synapse itself sends to join loose ends of a history
    ("handlers/message.py", "_send_dummy_event_for_room"),
}
SPAM_CHECKED = {("handlers/message.py", "_create_and_send_nonmember_event_locked")}


@cache
def calls_of(name: str) -> frozenset[tuple[str, str]]:
    """The file and function of each call of a method so named."""
    found = set()
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if f"{name}(" in text:
            found |= {(str(path.relative_to(ROOT)), function) for function in _callers(ast.parse(text), name)}
    return frozenset(found)


def _callers(tree: ast.AST, name: str, inside: str = "") -> set[str]:
    found = set()
    for node in ast.iter_child_nodes(tree):
        function = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else inside
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            found.add(function)
        found |= _callers(node, name, function)
    return found


def _local(calls: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
    return {call for call in calls if call[0] not in FEDERATION}


def test_every_event_of_a_local_user_is_made_where_the_guard_is_asked():
    assert _local(calls_of("check_event_allowed")) == {("handlers/message.py", "create_new_client_event")}
    assert _local(calls_of("create_new_client_event")) == {("handlers/message.py", "create_event")}
    assert _local(calls_of("create_event")) == MAKING


def test_the_cheaper_hook_would_miss_membership_and_creation():
    assert _local(calls_of("check_event_for_spam")) == SPAM_CHECKED
