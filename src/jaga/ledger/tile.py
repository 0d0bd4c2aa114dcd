"""C2SP tlog-tiles: the tree as files of 256 hashes, and the leaves as bundles of 256 entries.

A tile at level L holds nodes of height 8·L; the nodes between are recomputed from it. The right-most tile of a level is
partial until it has 256 hashes, and only then is its own hash added to the level above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jaga.ledger.tree import HASH_BYTES, Node, leaf_hash, perfect_root, root_of

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH_BYTES
LARGEST_LEVEL = 63

_NUMBER = re.compile(r"(?:x[0-9]{3}/){0,6}[0-9]{3}")
_PATH = re.compile(rf"(?P<number>{_NUMBER.pattern})(?:\.p/(?P<width>[1-9][0-9]{{0,2}}))?")
_LEVEL = re.compile(r"0|[1-9][0-9]?")


class MalformedTilePath(ValueError):
    """No tile has this address."""


class MissingTile(LookupError):
    """The tree cannot be read: a tile that its size demands is not there, or is too narrow."""


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    level: int
    number: int


@dataclass(frozen=True, slots=True)
class TilePath:
    """`<N>[.p/<W>]`: which tile or bundle of its level, and how much of it."""

    number: int
    width: int = WIDTH

    @classmethod
    def parse(cls, text: str) -> TilePath:
        """Raises `MalformedTilePath` for every spelling but the one."""
        match = _PATH.fullmatch(text)
        if match is None:
            raise MalformedTilePath
        path = cls(int(re.sub("[x/]", "", match["number"])), int(match["width"] or WIDTH))
        if path.text != text or path.width > WIDTH:
            raise MalformedTilePath
        return path

    @property
    def text(self) -> str:
        digits = f"{self.number:03d}"
        digits = digits.zfill(-len(digits) % 3 + len(digits))
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        return number if self.width == WIDTH else f"{number}.p/{self.width}"


def parse_level(text: str) -> int:
    if not _LEVEL.fullmatch(text) or int(text) > LARGEST_LEVEL:
        raise MalformedTilePath
    return int(text)


def width_of(tile: TileId, size: int) -> int:
    """How many hashes `tile` holds in a tree of `size`: 256 when full, 0 when it is not there."""
    hashes = size >> (HEIGHT * tile.level)
    return max(0, min(WIDTH, hashes - tile.number * WIDTH))


def edge_of(size: int) -> tuple[TileId, ...]:
    """The partial tiles of a tree of `size`: all that appending to it, or its root, needs."""
    edge = []
    level = 0
    while size:
        if size % WIDTH:
            edge.append(TileId(level, size // WIDTH))
        size //= WIDTH
        level += 1
    return tuple(edge)


def all_tiles_of(size: int) -> Iterable[TileId]:
    """Every tile of a tree of `size`, level by level."""
    level = 0
    while size:
        for number in range(-(-size // WIDTH)):
            yield TileId(level, number)
        size //= WIDTH
        level += 1


def tile_of(node: Node) -> TileId:
    """The tile that holds `node`, or the hashes it is recomputed from."""
    level, height = divmod(node.height, HEIGHT)
    return TileId(level, (node.place << height) // WIDTH)


def node_from(tiles: Mapping[TileId, bytes]) -> Callable[[Node], bytes]:
    """Reads nodes out of `tiles`; raises `MissingTile` when one is not there."""

    def hash_of(node: Node) -> bytes:
        tile = tile_of(node)
        count = 1 << (node.height % HEIGHT)
        start = (node.place * count) % WIDTH
        hashes = tiles.get(tile, b"")[start * HASH_BYTES : (start + count) * HASH_BYTES]
        if len(hashes) != count * HASH_BYTES:
            raise MissingTile(f"tile {tile.level}/{tile.number} is missing or too narrow")
        return perfect_root(_rows(hashes))

    return hash_of


def grow(edge: Mapping[TileId, bytes], size: int, leaves: Sequence[bytes]) -> dict[TileId, bytes]:
    """The tiles that change when `leaves` are appended to a tree of `size` whose partial tiles are `edge`."""
    changed: dict[TileId, bytes] = {}
    level, rows, start = 0, [leaf_hash(leaf) for leaf in leaves], size
    while rows:
        rows, start = _grow_level(edge, changed, TileId(level, start), rows)
        level += 1
    return changed


def _grow_level(
    edge: Mapping[TileId, bytes], changed: dict[TileId, bytes], first: TileId, rows: list[bytes]
) -> tuple[list[bytes], int]:
    """Append `rows` at place `first.number` of their level; gives what goes one level up, and its place there."""
    number, width = divmod(first.number, WIDTH)
    above, above_start = [], number
    while rows:
        tile = TileId(first.level, number)
        held = edge.get(tile, b"")[: width * HASH_BYTES]
        if len(held) != width * HASH_BYTES:
            raise MissingTile(f"tile {tile.level}/{tile.number} is missing or too narrow")
        taken, rows = rows[: WIDTH - width], rows[WIDTH - width :]
        changed[tile] = held + b"".join(taken)
        if len(changed[tile]) == TILE_BYTES:
            above.append(perfect_root(_rows(changed[tile])))
        number, width = number + 1, 0
    return above, above_start


def tree_root(tiles: Mapping[TileId, bytes], size: int) -> bytes:
    """The root of a tree of `size`; its `edge_of` tiles are enough."""
    return root_of(size, node_from(tiles))


def bundle_of(leaves: Iterable[bytes]) -> bytes:
    """An entry bundle: each leaf behind its length as a big-endian uint16."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def leaves_of(bundle: bytes) -> list[bytes]:
    """The leaves of an entry bundle; raises `ValueError` when it ends in the middle of one."""
    leaves, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ValueError("the bundle ends in the middle of an entry")
        leaves.append(bundle[at + 2 : end])
        at = end
    return leaves


def _rows(hashes: bytes) -> list[bytes]:
    return [hashes[i : i + HASH_BYTES] for i in range(0, len(hashes), HASH_BYTES)]
