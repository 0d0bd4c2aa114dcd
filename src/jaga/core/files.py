"""Files that only their owner may read, or the few that share a directory."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

OPEN_TO_GROUP = 0o2770
"""The mode of a directory that several users share through its group; what is made in it belongs to that group."""


def share(path: Path) -> None:
    """Open the file or directory `path` to the group of the directory it is in, as far as that one is."""
    opened = stat.S_IMODE(path.parent.stat().st_mode) & OPEN_TO_GROUP
    path.chmod(opened if path.is_dir() else opened & 0o666)


def make_shared(folder: Path) -> None:
    """With what is missing above it, each as open as the one it is in: another process reads here as another user."""
    if folder.is_dir():
        return
    if not folder.parent.exists():
        make_shared(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    share(folder)


def write_shared(path: Path, content: bytes) -> None:
    """Like `write_private`, open to the directory's group when the directory is."""
    with _written_beside(path, content) as written:
        share(written)
        written.replace(path)


def write_private(path: Path, content: bytes) -> None:
    """Write `content` to `path` with mode 600, whole or not at all, and durable before it returns."""
    with _written_beside(path, content) as written:
        written.replace(path)


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `path`; on first use `make()` is written there with mode 600.

    When several processes come first at once, one of them writes and all of them read that.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        with _written_beside(path, make()) as written, contextlib.suppress(FileExistsError):
            path.hardlink_to(written)
        return path.read_bytes()


@contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """A durable file of mode 600 in the same directory; gone afterwards unless it was moved."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}."
    )  # mkstemp creates with mode 600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make durable which names `folder` has."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
