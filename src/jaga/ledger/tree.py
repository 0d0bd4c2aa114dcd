"""The Merkle tree of RFC 6962 section 2.1: hashes, roots, and both kinds of proof.

A *node* is the hash of a perfect subtree, named by its height and its place in the row of that height; leaves have
height 0. Everything a tree of any size needs (root, proofs) folds out of nodes, so the functions here ask for nodes and
do not care where they are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofInvalid(ValueError):
    """The proof does not show what it claims."""


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """The perfect subtree over leaves `place << height` to `(place + 1) << height`."""

    height: int
    place: int


Span = tuple[int, int]
"""Leaves from the first number up to, not including, the second; starts where a perfect subtree can start."""

HashOf = Callable[[Node], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962 2.1: prefix 0x00, so that a leaf can never be taken for an inner node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 2.1: prefix 0x01."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(span: Span) -> tuple[Node, ...]:
    """The perfect subtrees that make up `span`, widest first."""
    begin, end = span
    nodes = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        nodes.append(Node(height, begin >> height))
        begin += 1 << height
    return tuple(nodes)


def hash_of_span(span: Span, hash_of: HashOf) -> bytes:
    """MTH of the leaves in `span`, which may end in a ragged edge."""
    nodes = nodes_of(span)
    if not nodes:
        return EMPTY_ROOT
    hashes = [hash_of(node) for node in nodes]
    result = hashes.pop()
    while hashes:
        result = node_hash(hashes.pop(), result)
    return result


def root_of(size: int, hash_of: HashOf) -> bytes:
    return hash_of_span((0, size), hash_of)


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The hash above a full row of `2**n` hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


class Frontier:
    """A tree that only grows, kept as the hashes of its perfect subtrees: enough for its root at every size."""

    def __init__(self) -> None:
        self.size = 0
        self._hashes: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        hashed = leaf_hash(leaf)
        finished = self.size
        while finished & 1:
            hashed = node_hash(self._hashes.pop(), hashed)
            finished >>= 1
        self._hashes.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        if not self._hashes:
            return EMPTY_ROOT
        *rest, result = self._hashes
        for left in reversed(rest):
            result = node_hash(left, result)
        return result


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """What an inclusion proof for leaf `index` holds, from the leaf's sibling up (RFC 6962 2.1.1)."""
    if not 0 <= index < size:
        raise ProofInvalid(f"no leaf {index} in a tree of {size}")
    spans: list[Span] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return tuple(reversed(spans))


def consistency_spans(old: int, size: int) -> tuple[Span, ...]:
    """What a consistency proof between trees of `old` and `size` leaves holds (RFC 6962 2.1.2)."""
    if not 0 <= old <= size:
        raise ProofInvalid(f"a tree of {size} has no earlier tree of {old}")
    if old in (0, size):
        return ()
    spans: list[Span] = []
    begin, end = 0, size
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    # The verifier knows the old root itself; it is left out when it is this very subtree.
    return tuple(reversed([*spans, (begin, end)] if begin else spans))


def hashes_of(spans: Iterable[Span], hash_of: HashOf) -> tuple[bytes, ...]:
    return tuple(hash_of_span(span, hash_of) for span in spans)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bytes:
    """The leaf's hash, proven to stand at `index` under `root`; raises `ProofInvalid` (RFC 9162 2.1.3.2)."""
    spans = inclusion_spans(index, size)
    if len(proof) != len(spans):
        raise ProofInvalid(f"{len(spans)} hashes are needed, {len(proof)} are there")
    hashed = leaf_hash(leaf)
    result = hashed
    for (begin, _), sibling in zip(spans, proof, strict=True):
        result = node_hash(result, sibling) if begin > index else node_hash(sibling, result)
    if result != root:
        raise ProofInvalid("the leaf does not lead to the root")
    return hashed


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bytes:
    """`root`, proven to only add to `old_root`; raises `ProofInvalid` (RFC 9162 2.1.4.2)."""
    spans = consistency_spans(old, size)
    if len(proof) != len(spans):
        raise ProofInvalid(f"{len(spans)} hashes are needed, {len(proof)} are there")
    if old == 0 and old_root != EMPTY_ROOT:
        raise ProofInvalid("the root of the empty tree is another")
    if old == size and old_root != root:
        raise ProofInvalid("two roots for one size")
    if 0 < old < size:
        _verify_growth(old, old_root, root, spans, proof)
    return root


def _verify_growth(
    old: int, old_root: bytes, root: bytes, spans: Sequence[Span], proof: Sequence[bytes]
) -> None:
    known = list(zip(spans, proof, strict=True))
    # The proof starts with the last subtree of the old tree, unless that is the whole of it.
    earlier = later = known.pop(0)[1] if spans[0][1] == old else old_root
    for (begin, _), sibling in known:
        if begin < old:
            earlier = node_hash(sibling, earlier)
            later = node_hash(sibling, later)
        else:
            later = node_hash(later, sibling)
    if earlier != old_root or later != root:
        raise ProofInvalid("the later tree does not contain the earlier one")


def _split(count: int) -> int:
    """The largest power of two below `count`: how many leaves stand in the left subtree."""
    return 1 << ((count - 1).bit_length() - 1)
