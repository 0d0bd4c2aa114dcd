"""The Merkle tree against the published values of RFC 6962's reference implementation."""

import hashlib

import pytest

from jaga.ledger.tree import (
    EMPTY_ROOT,
    Node,
    ProofInvalid,
    consistency_spans,
    hashes_of,
    inclusion_spans,
    leaf_hash,
    node_hash,
    nodes_of,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# Leaves and roots of the Certificate Transparency reference implementation's own tests.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION_OF_5_IN_8 = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
CONSISTENCY_OF_6_IN_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def hash_of(node: Node) -> bytes:
    if node.height == 0:
        return leaf_hash(LEAVES[node.place])
    return node_hash(
        hash_of(Node(node.height - 1, 2 * node.place)), hash_of(Node(node.height - 1, 2 * node.place + 1))
    )


def test_the_empty_tree_has_the_hash_of_nothing():
    assert root_of(0, hash_of) == EMPTY_ROOT == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_implementation(size):
    assert root_of(size, hash_of).hex() == ROOTS[size - 1]


def test_an_inclusion_proof_is_that_of_the_reference_implementation():
    assert [h.hex() for h in hashes_of(inclusion_spans(5, 8), hash_of)] == INCLUSION_OF_5_IN_8


def test_a_consistency_proof_is_that_of_the_reference_implementation():
    assert [h.hex() for h in hashes_of(consistency_spans(6, 8), hash_of)] == CONSISTENCY_OF_6_IN_8


def test_a_ragged_span_is_made_of_ever_smaller_subtrees():
    assert nodes_of((0, 7)) == (Node(2, 0), Node(1, 2), Node(0, 6))


def inclusion(index, size):
    return hashes_of(inclusion_spans(index, size), hash_of)


def test_a_proof_for_one_place_does_not_serve_for_another():
    root = bytes.fromhex(ROOTS[7])
    assert verify_inclusion(LEAVES[5], 5, 8, inclusion(5, 8), root) == leaf_hash(LEAVES[5])

    for index, size, proof in [
        (4, 8, inclusion(5, 8)),
        (5, 6, inclusion(5, 8)),
        (5, 8, inclusion(5, 8)[:-1]),
        (5, 8, (*inclusion(5, 8), ROOTS[0].encode())),
        (8, 8, inclusion(5, 8)),
        (-1, 8, inclusion(5, 8)),
        (0, 0, ()),
    ]:
        with pytest.raises(ProofInvalid):
            verify_inclusion(LEAVES[5], index, size, proof, root)


def test_an_inner_node_cannot_pass_as_a_leaf():
    inner = leaf_hash(LEAVES[0]) + leaf_hash(LEAVES[1])

    with pytest.raises(ProofInvalid):
        verify_inclusion(inner, 0, 1, (), root_of(2, hash_of))


def test_consistency_of_equal_sizes_means_equal_roots():
    root = bytes.fromhex(ROOTS[4])
    assert verify_consistency(5, root, 5, root, ()) == root

    with pytest.raises(ProofInvalid, match="two roots for one size"):
        verify_consistency(5, bytes(32), 5, root, ())


def test_everything_is_consistent_with_the_empty_tree_and_nothing_with_a_false_one():
    root = bytes.fromhex(ROOTS[4])
    assert verify_consistency(0, EMPTY_ROOT, 5, root, ()) == root

    with pytest.raises(ProofInvalid):
        verify_consistency(0, bytes(32), 5, root, ())


def test_a_tree_is_not_consistent_with_a_longer_one_or_another_one():
    roots = [bytes.fromhex(root) for root in ROOTS]
    proof = hashes_of(consistency_spans(6, 8), hash_of)
    assert verify_consistency(6, roots[5], 8, roots[7], proof) == roots[7]

    for old, old_root, size, root, hashes in [
        (6, roots[4], 8, roots[7], proof),
        (6, roots[5], 8, roots[6], proof),
        (5, roots[4], 8, roots[7], proof),
        (6, roots[5], 8, roots[7], proof[:-1]),
        (6, roots[5], 8, roots[7], proof[::-1]),
        (8, roots[7], 6, roots[5], proof),
    ]:
        with pytest.raises(ProofInvalid):
            verify_consistency(old, old_root, size, root, hashes)
