"""Synapse's configuration, written from our settings at every start.

Nothing here is a matter of taste for an operator: each line closes a way by which private content, or who talks to
whom, could leave or be kept longer than needed. That is why Synapse has no configuration file of the operator's own.
"""

from __future__ import annotations

import base64
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jaga.core.files import read_or_create, write_private
from jaga.homeserver.names import JOINING_TOKEN, REGISTRATION_SECRET
from jaga.homeserver.workers import (
    ALONE,
    Workers,
    replication_listener,
    shared_by_all,
    worker_configuration,
)

POOLED_CONNECTIONS = 8
# What stands in the place of every client's address, so that Synapse has none to count by, log or keep.
NO_ADDRESS = {"X-Forwarded-For": "0.0.0.0", "X-Forwarded-Proto": "https"}
SIGNING_KEY = "homeserver-signing-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDatabase:
    """Where Synapse's own database is; its locale must be C. `host` is a host name or a socket directory."""

    host: str
    port: int
    name: str
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeserverSettings:
    """All that `write_configuration` needs to know."""

    server_name: str
    public_url: str
    directory: Path
    secrets: Path
    socket: Path
    database: SealedDatabase
    room_member_limit: int
    media_limit_bytes: int
    media_daily_bytes: int
    media_kept_bytes: int
    media_unfetched_days: int
    workers: Workers = ALONE


def start_command(configuration: Path) -> list[str]:
    """The command that runs Synapse in the foreground with this configuration."""
    return [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(configuration)]


def write_configuration(settings: HomeserverSettings) -> Path:
    """Write every file that Synapse's processes read, all mode 600; secrets are made once. Returns the main one.

    A file that says already what it should is left alone, so its age tells which processes have read it.
    """
    settings.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Synapse takes this one from a file only; it does not read where all secrets are.
    write_private(_signing_key_file(settings), read_or_create(settings.secrets / SIGNING_KEY, _signing_key))
    for path, content in configuration_files(settings).items():
        _write_yaml(path, content)
    return main_file(settings.directory)


def configuration_files(settings: HomeserverSettings) -> dict[Path, dict[str, Any]]:
    """What each file says: the main one, how all of them log, and what each worker changes of the main one."""
    logging = settings.directory / "log.yaml"
    files = {main_file(settings.directory): homeserver_configuration(settings), logging: log_configuration()}
    for name, socket in zip(settings.workers.names, settings.workers.sockets, strict=True):
        listeners = [_listener(socket, "client"), replication_listener(socket)]
        files[worker_file(settings.directory, name)] = worker_configuration(name, listeners, logging)
    return files


def main_file(directory: Path) -> Path:
    return directory / "homeserver.yaml"


def worker_file(directory: Path, name: str) -> Path:
    return directory / f"{name}.yaml"


def homeserver_configuration(settings: HomeserverSettings) -> dict[str, Any]:
    """The content of `homeserver.yaml`."""
    return {
        "server_name": settings.server_name,
        "public_baseurl": settings.public_url,
        "report_stats": False,
        "pid_file": str(settings.directory / "homeserver.pid"),
        "log_config": str(settings.directory / "log.yaml"),
        "modules": [
            {
                "module": "jaga.homeserver.module.SealedSide",
                "config": {"room_member_limit": settings.room_member_limit},
            },
            {
                "module": "jaga.homeserver.keeping.MediaKeeping",
                "config": {
                    "daily_bytes": settings.media_daily_bytes,
                    "kept_bytes": settings.media_kept_bytes,
                    "unfetched_days": settings.media_unfetched_days,
                },
            },
            {"module": "jaga.homeserver.forgetting.Forgetting", "config": {}},
            {
                "module": "jaga.homeserver.joining.Joining",
                "config": {"token": joining_token(settings.secrets)},
            },
        ],
        **_reachability(settings),
        **_keys(settings),
        **_database(settings.database),
        **_ALONE,
        **_CLOSED_DOORS,
        **_NOTHING_KEPT,
        **_media(settings),
        **_RATES,
    }


def log_configuration() -> dict[str, Any]:
    """Warnings only, to stderr, which the supervisor keeps: the access log would hold who asked for which room."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "jaga.homeserver.quiet.Quiet"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        },
        "loggers": {
            "synapse.access": {"level": "CRITICAL"},
            # Below WARNING this logger prints SQL with its values.
            "synapse.storage.SQL": {"level": "WARNING"},
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
    }


def _reachability(settings: HomeserverSettings) -> dict[str, Any]:
    """Unix sockets, no port. `openid` is the single federation route, for our own sign-in on that socket."""
    secret = _secret(settings.secrets, "homeserver-replication-secret")
    between = [replication_listener(settings.socket)] if settings.workers.sockets else []
    return {
        "listeners": [_listener(settings.socket, "client", "openid"), *between],
        **shared_by_all(settings.workers, settings.socket, secret),
    }


def _listener(socket: Path, *resources: str) -> dict[str, Any]:
    return {
        "type": "http",
        "path": str(socket),
        # Who may come so far is a matter of the directory.
        "mode": 0o666,
        # Synapse must be told some client address on a unix socket; it is always told the same one.
        "x_forwarded": True,
        "resources": [{"names": list(resources), "compress": False}],
    }


def _keys(settings: HomeserverSettings) -> dict[str, Any]:
    return {
        "signing_key_path": str(_signing_key_file(settings)),
        "macaroon_secret_key": _secret(settings.secrets, "homeserver-macaroon-secret"),
        "form_secret": _secret(settings.secrets, "homeserver-form-secret"),
        "registration_shared_secret": _secret(settings.secrets, REGISTRATION_SECRET),
    }


def _database(database: SealedDatabase) -> dict[str, Any]:
    return {
        "database": {
            "name": "psycopg2",
            "args": {
                "host": database.host,
                "port": database.port,
                "dbname": database.name,
                "user": database.user,
                "password": database.password,
                "application_name": "synapse",
                "cp_min": 2,
                "cp_max": POOLED_CONNECTIONS,
            },
        }
    }


def _media(settings: HomeserverSettings) -> dict[str, Any]:
    return {
        "media_store_path": str(settings.directory / "media"),
        "max_upload_size": settings.media_limit_bytes,
        "enable_authenticated_media": True,
        "url_preview_enabled": False,
        # Uploads are ciphertext; there is nothing to make thumbnails of.
        "dynamic_thumbnails": False,
        "thumbnail_sizes": [],
        # An address that was reserved and not used; a profile picture is set sooner or not at all.
        "unused_expiration_time": "15m",
    }


_ALONE: dict[str, Any] = {
    "federation_domain_whitelist": [],
    "trusted_key_servers": [],
    "suppress_key_server_warning": True,
    "allow_public_rooms_over_federation": False,
    "allow_device_name_lookup_over_federation": False,
    "serve_server_wellknown": False,
    "ip_range_whitelist": [],
    # There is nothing to fetch, so a proxy named in the environment is not taken over.
    "http_proxy": "",
    "https_proxy": "",
    "no_proxy_hosts": [],
    "push": {"include_content": False},
    "enable_3pid_lookup": False,
}

_CLOSED_DOORS: dict[str, Any] = {
    "enable_registration": False,
    "allow_guest_access": False,
    "enable_3pid_changes": False,
    "enable_room_list_search": False,
    "allow_public_rooms_without_auth": False,
    "room_list_publication_rules": [],
    "alias_creation_rules": [],
    "encryption_enabled_by_default_for_room_type": "all",
    "allow_per_room_profiles": False,
    # A picture is public: the front door sets it, once the open side has checked it.
    "enable_set_avatar_url": True,
    "require_auth_for_profile_requests": True,
    "limit_profile_requests_to_users_who_share_rooms": True,
    "enable_search": False,
    "presence": {"enabled": False},
    "user_directory": {"enabled": True, "search_all_users": False},
    "experimental_features": {},
}

_NOTHING_KEPT: dict[str, Any] = {
    "user_ips_max_age": "1m",
    "stats": {"enabled": False},
    "enable_metrics": False,
    "redaction_retention_period": "1m",
    "forgotten_room_retention_period": "1d",
    "track_puppeted_user_ips": False,
}

# Counted per account. Sign-ins per client are counted by the front door, since Synapse sees one address for all.
_RATES: dict[str, Any] = {
    "rc_message": {"per_second": 20, "burst_count": 200},
    "rc_login": {
        "address": {"per_second": 1_000, "burst_count": 10_000},
        "account": {"per_second": 0.2, "burst_count": 20},
        "failed_attempts": {"per_second": 0.1, "burst_count": 10},
    },
    "rc_joins": {"local": {"per_second": 5, "burst_count": 50}},
    "rc_joins_per_room": {"per_second": 10, "burst_count": 100},
    "rc_invites": {
        "per_room": {"per_second": 5, "burst_count": 100},
        "per_user": {"per_second": 1, "burst_count": 50},
        "per_issuer": {"per_second": 5, "burst_count": 100},
    },
    "rc_room_creation": {"per_second": 0.5, "burst_count": 50},
}


def joining_token(directory: Path) -> str:
    """With it ordinary accounts are opened; made on first use."""
    return _secret(directory, JOINING_TOKEN)


def _secret(directory: Path, name: str) -> str:
    return read_or_create(directory / name, lambda: secrets.token_urlsafe(48).encode()).decode("ascii")


def _signing_key_file(settings: HomeserverSettings) -> Path:
    return settings.directory / "signing.key"


def _signing_key() -> bytes:
    """Synapse's own format: algorithm, key version, 32 random bytes in unpadded base 64."""
    seed = base64.b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    return f"ed25519 a_{secrets.token_hex(2)} {seed}\n".encode()


def _write_yaml(path: Path, content: dict[str, Any]) -> None:
    head = "# Written by jaga at every start. Changes made here are lost; settings are in jaga.toml.\n"
    written = (head + yaml.safe_dump(content, sort_keys=False)).encode()
    if not path.exists() or path.read_bytes() != written:
        write_private(path, written)
