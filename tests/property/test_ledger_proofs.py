"""Tree, tiles and proofs for every small size and for random larger ones, against RFC 6962's own recursion."""

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaga.ledger.tile import (
    TILE_BYTES,
    WIDTH,
    TileId,
    TilePath,
    all_tiles_of,
    bundle_of,
    edge_of,
    grow,
    leaves_of,
    node_from,
    tree_root,
    width_of,
)
from jaga.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    ProofInvalid,
    consistency_spans,
    hashes_of,
    inclusion_spans,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

ALL = 70
LARGE = 70_000


def leaf(index):
    return f"leaf {index}".encode()


@functools.cache
def mth(begin, end):
    """MTH of RFC 6962 2.1, word for word."""
    if begin == end:
        return EMPTY_ROOT
    if end - begin == 1:
        return leaf_hash(leaf(begin))
    k = 1
    while k * 2 < end - begin:
        k *= 2
    return node_hash(mth(begin, begin + k), mth(begin + k, end))


def path(m, begin, end):
    """PATH of RFC 6962 2.1.1."""
    if end - begin == 1:
        return ()
    k = 1
    while k * 2 < end - begin:
        k *= 2
    if m < k:
        return (*path(m, begin, begin + k), mth(begin + k, end))
    return (*path(m - k, begin + k, end), mth(begin, begin + k))


def subproof(m, begin, end, whole):
    """SUBPROOF of RFC 6962 2.1.2."""
    if m == end - begin:
        return () if whole else (mth(begin, end),)
    k = 1
    while k * 2 < end - begin:
        k *= 2
    if m <= k:
        return (*subproof(m, begin, begin + k, whole), mth(begin + k, end))
    return (*subproof(m - k, begin + k, end, False), mth(begin, begin + k))


@functools.cache
def tiles_of(size):
    return grow({}, 0, [leaf(i) for i in range(size)])


def test_every_proof_of_every_small_tree_is_the_rfcs_and_verifies():
    for size in range(1, ALL + 1):
        hash_of = node_from(tiles_of(size))
        root = tree_root(tiles_of(size), size)
        assert root == mth(0, size)
        for index in range(size):
            proof = hashes_of(inclusion_spans(index, size), hash_of)
            assert proof == path(index, 0, size)
            verify_inclusion(leaf(index), index, size, proof, root)
        for old in range(size + 1):
            proof = hashes_of(consistency_spans(old, size), hash_of)
            assert proof == (subproof(old, 0, size, True) if old else ())
            verify_consistency(old, mth(0, old), size, root, proof)


@given(st.data())
def test_random_places_of_a_large_tree_have_proofs_that_verify(data):
    size = data.draw(st.integers(1, LARGE))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    hash_of = node_from(tiles_of(LARGE))

    verify_inclusion(leaf(index), index, size, hashes_of(inclusion_spans(index, size), hash_of), mth(0, size))
    proof = hashes_of(consistency_spans(old, size), hash_of)
    verify_consistency(old, mth(0, old), size, mth(0, size), proof)


@given(st.data())
def test_one_changed_bit_in_a_proof_a_leaf_or_a_root_proves_nothing(data):
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = list(path(index, 0, size))
    parts = [leaf(index), mth(0, size), *proof]
    at = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, len(parts[at]) * 8 - 1))
    changed = bytearray(parts[at])
    changed[bit // 8] ^= 1 << bit % 8
    parts[at] = bytes(changed)

    with pytest.raises(ProofInvalid):
        verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(st.lists(st.integers(1, 700), max_size=6), st.integers(0, 3))
def test_growing_in_any_batches_gives_the_same_tiles_as_growing_at_once(batches, extra):
    tiles, size = {}, 0
    for batch in [*batches, *([1] * extra)]:
        edge = {tile: tiles[tile] for tile in edge_of(size)}
        tiles |= grow(edge, size, [leaf(i) for i in range(size, size + batch)])
        size += batch

    assert tiles == tiles_of(size)
    assert set(tiles) == set(all_tiles_of(size))
    assert all(len(tiles[tile]) == 32 * width_of(tile, size) for tile in tiles)
    assert tree_root({tile: tiles[tile] for tile in edge_of(size)}, size) == mth(0, size)


def test_a_growing_tree_knows_its_root_at_every_size():
    frontier = Frontier()
    for size in range(600):
        assert (frontier.size, frontier.root()) == (size, mth(0, size))
        frontier.add(leaf(size))


def test_the_tiles_of_seventy_thousand_leaves_are_those_that_the_specification_names():
    tiles = tiles_of(LARGE)
    full = [tile for tile in tiles if len(tiles[tile]) == TILE_BYTES]
    partial = {tile: len(tiles[tile]) // 32 for tile in tiles if len(tiles[tile]) < TILE_BYTES}

    assert len([tile for tile in full if tile.level == 0]) == 273
    assert [tile for tile in full if tile.level == 1] == [TileId(1, 0)]
    assert partial == {TileId(0, 273): 112, TileId(1, 1): 17, TileId(2, 0): 1}


def test_a_tree_of_one_full_tile_has_a_partial_tile_of_width_one_above_it():
    assert {tile: len(hashes) // 32 for tile, hashes in tiles_of(WIDTH).items()} == {
        TileId(0, 0): 256,
        TileId(1, 0): 1,
    }


@given(st.integers(0, 10**20), st.integers(1, 256))
def test_every_tile_path_reads_back(number, width):
    path = TilePath(number, width)

    assert TilePath.parse(path.text) == path


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_every_bundle_reads_back(leaves):
    assert leaves_of(bundle_of(leaves)) == leaves
