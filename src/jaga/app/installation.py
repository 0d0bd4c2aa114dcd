"""One installation as every process and command sees it: its files, the settings in force, its secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from jaga.app.config import Config, load_config, parse_config
from jaga.app.hand import Hand
from jaga.app.paths import DataDir
from jaga.app.postgres import Cluster
from jaga.app.secrets import Secrets
from jaga.app.server import DatabaseServer, without_superuser
from jaga.app.walls import WALLS
from jaga.core.errors import NotFound
from jaga.core.files import write_private
from jaga.core.text import Text


class NoInstallation(NotFound):
    code = "no_installation"
    text = Text(
        id="Belum ada Jaga di {path}; jalankan jaga up, atau sebut direktorinya dengan --data.",
        en="There is no Jaga in {path} yet; start it with jaga up, or name its directory with --data.",
    )


@dataclass(frozen=True, slots=True)
class Installation:
    data: DataDir
    config: Config
    handed: Mapping[str, bytes] | None = field(default=None, repr=False)
    """The secrets of a process that may not read the directory of all of them."""

    @classmethod
    def open(cls, root: Path) -> Self:
        """The installation in `root`, with the settings of the `jaga up` that runs there, else of its `jaga.toml`."""
        data = DataDir(root)
        if not data.secrets.is_dir():
            raise NoInstallation(path=str(root))
        try:
            settings = json.loads(_settings(data).read_bytes())
        except FileNotFoundError:
            return cls(data, load_config(root / "jaga.toml"))
        return cls(data, parse_config(settings, file=_settings(data).name))

    @classmethod
    def of_hand(cls, root: Path, hand: Hand) -> Self:
        """The installation as a process behind its wall sees it: nothing is read from the disk."""
        return cls(DataDir(root), parse_config(dict(hand.settings), file="-"), hand.secrets)

    def hand_to(self, name: str) -> Hand:
        """What the process `name` gets to know: no superuser's password, and no secret but its own."""
        found = {secret: self.secrets.found(secret) for secret in WALLS[name].secrets}
        address = self.config.database_url and without_superuser(self.config.database_url)
        sop = self.config.sop_directory and str(Path(self.config.sop_directory).absolute())
        config = replace(self.config, database_url=address, sop_directory=sop)
        return Hand(asdict(config), found)

    def listening_at(self, host: str, port: int) -> Self:
        """The same with the address it really has; the public one follows unless it was set."""
        public_url = self.config.public_url or f"http://{bracketed(host)}:{port}"
        return replace(self, config=replace(self.config, host=host, port=port, public_url=public_url))

    def put_in_force(self) -> None:
        """Leave the settings for the other processes and for commands; they name the database, so mode 600."""
        write_private(_settings(self.data), json.dumps(asdict(self.config)).encode())

    def lift(self) -> None:
        _settings(self.data).unlink(missing_ok=True)

    @property
    def secrets(self) -> Secrets:
        return Secrets(self.data.secrets, self.handed)

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.data, self.secrets)

    @property
    def server(self) -> DatabaseServer:
        if self.config.database_url:
            return DatabaseServer.at_url(self.config.database_url, self.secrets)
        return self.cluster.server


def _settings(data: DataDir) -> Path:
    return data.run / "settings.json"


def bracketed(host: str) -> str:
    """A host as addresses write it: IPv6 in brackets (RFC 3986 3.2.2)."""
    return f"[{host}]" if ":" in host else host
