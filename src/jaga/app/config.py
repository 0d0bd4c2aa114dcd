"""The settings of one installation: read once, frozen, unknown keys stop the start."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from jaga.channels.registration import Registration
from jaga.core.errors import MalformedInput
from jaga.core.text import Language, Text

_REGISTRATIONS = tuple(kind.value for kind in Registration)
MOST_HOMESERVER_WORKERS = 16
_SERVER_NAME = re.compile(r"[a-z0-9.-]{1,230}(:\d{1,5})?")


class ConfigError(MalformedInput):
    code = "config_error"
    text = Text(id="Setelan {key} di {file}: {reason}.", en="Setting {key} in {file}: {reason}.")


@dataclass(frozen=True, slots=True)
class Config:
    """What `jaga.toml` may say. Every default is right for one machine."""

    server_name: str = "jaga.localhost"
    """The part after the colon in `@name:server_name`; never changes once accounts exist."""

    host: str = "127.0.0.1"
    port: int = 8420
    """Where the front door listens; 0 takes a free port."""

    public_url: str = ""
    """The address people use, as in `https://chat.example`; empty means `http://HOST:PORT`."""

    database_url: str = ""
    """A PostgreSQL (15 or newer) superuser URL; empty starts the embedded one."""

    sop: tuple[str, ...] = ("id", "eu")
    """The country supplements in force on top of `sop/base.toml`."""

    sop_directory: str = ""
    """Where the SOP's files are; empty means those that ship with Jaga."""

    registration: str = "closed"
    """Who may open an account by themselves: `open`, `invitation` (codes by `jaga member invite`) or `closed`."""

    room_member_limit: int = 500
    homeserver_workers: int = 1
    """Processes of Synapse, the main one among them, up to 16; more than one need Redis on this machine."""

    media_limit_bytes: int = 52_428_800
    media_daily_bytes: int = 2_147_483_648
    """What one member may upload to sealed chats within a day."""
    media_kept_bytes: int = 21_474_836_480
    """What one member may have stored there at all."""
    media_unfetched_days: int = 30
    """How long a file is kept that nobody ever fetched."""

    posts_per_minute: int = 120
    feed_followers: int = 20_000
    languages: tuple[str, ...] = ("id", "en")


def load_config(path: Path | None) -> Config:
    """`jaga.toml` as a `Config`; no file means all defaults. Raises `ConfigError`."""
    if path is None or not path.exists():
        return Config()
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(key="-", file=path.name, reason=str(error)) from None
    return parse_config(values, file=path.name)


def parse_config(values: dict[str, Any], *, file: str) -> Config:
    known = {field.name: field for field in fields(Config)}
    for key, value in values.items():
        if key not in known:
            raise ConfigError(key=key, file=file, reason=f"unknown; known are {', '.join(sorted(known))}")
        wanted = type(known[key].default)
        if wanted is tuple and isinstance(value, list):
            values[key] = tuple(value)
        elif type(value) is not wanted:
            raise ConfigError(key=key, file=file, reason=f"must be {wanted.__name__}")
    config = Config(**values)
    if not 1 <= config.homeserver_workers <= MOST_HOMESERVER_WORKERS:
        raise ConfigError(
            key="homeserver_workers", file=file, reason=f"must be 1 to {MOST_HOMESERVER_WORKERS}"
        )
    if not _SERVER_NAME.fullmatch(config.server_name):
        raise ConfigError(key="server_name", file=file, reason="must be a lower-case host name")
    if config.registration not in _REGISTRATIONS:
        raise ConfigError(key="registration", file=file, reason=f"must be one of {', '.join(_REGISTRATIONS)}")
    return config


def data_dir_of_environment() -> str:
    """`JAGA_DATA`, or `./data`."""
    return os.environ.get("JAGA_DATA", "./data")  # noqa: TID251 - this is the place the ban points to


def language_of_environment() -> Language:
    """As `LC_ALL`, `LC_MESSAGES` or `LANG` say, in this order; English, as all commands, when none is Indonesian."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")  # noqa: TID251 - this is the place the ban points to
        if value:
            return "id" if value.lower().startswith("id") else "en"
    return "en"
