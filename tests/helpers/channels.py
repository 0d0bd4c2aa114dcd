"""Channels of a running stack, each with an owner of its own."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from tests.helpers.stack import Stack, eventually

LISTED = "zqkabo"
"""A made-up word that the stack's bank refuses as terrorism."""


@dataclass(frozen=True)
class Place:
    """A channel, and its owner's token for the open side's API."""

    stack: Stack
    name: str
    owner: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def fresh(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex[:8]}"


def new_place(stack: Stack, prefix: str) -> Place:
    owner, name = fresh("pemilik"), fresh(prefix)
    stack.cli("member", "add", owner, "--password-stdin", input="rahasia-kampung\n")
    token = stack.cli("token", "issue", "--member", owner, "--ttl", "1h")["token"]
    stack.cli("channel", "add", name, "--owner", owner, "--title", f"Kanal {name}")
    return Place(stack, name, owner, token)


def picture(color: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    """A PNG of one color."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def listed(stack: Stack) -> str:
    """The word, once the running detector refuses it."""
    stack.cli("bank", "add", LISTED, "--category", "terrorism", "--kind", "term", "--outcome", "refuse")
    eventually(lambda: stack.cli("rules", "test", LISTED)["verdict"] == "refuse")
    return LISTED


def json_of(answer: Any, status: int) -> Any:
    """The body of an HTTP answer that must have `status`."""
    assert answer.status_code == status, answer.text
    return answer.json()
