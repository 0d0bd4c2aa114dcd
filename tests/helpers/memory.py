"""What a running process has in its memory, as another process of the same machine may read it (proc(5))."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 22


def occurrences(pid: int, forms: list[bytes]) -> int:
    """How often any of `forms` stands in the memory of the process. Raises `OSError` when it may not be read."""
    overlap = max(map(len, forms)) - 1
    found = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in _mappings(pid):
            kept = b""
            for piece in _pieces(memory, start, end):
                content = kept + piece
                found += sum(content.count(form) for form in forms)
                kept = content[-overlap:]
    return found


def _mappings(pid: int) -> Iterator[tuple[int, int]]:
    """Everything readable but files that are merely mapped: heap, stacks, anonymous and shared memory."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        place, rights, _, _, inode, *name = line.split(maxsplit=5)
        special = bool(name) and name[0].startswith("[v")
        if rights.startswith("r") and not special and (inode == "0" or "w" in rights):
            start, end = (int(part, 16) for part in place.split("-"))
            yield start, end


def _pieces(memory, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        memory.seek(start)
        try:
            piece = memory.read(min(_CHUNK, end - start))
        except OSError:  # unmapped meanwhile
            return
        if not piece:
            return
        start += len(piece)
        yield piece


def encodings(text: str) -> list[bytes]:
    """The text as a process may hold it: bytes, or strings of wider characters."""
    return [text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le")]
