"""Tile addresses and bundles: one spelling each, and nothing hostile passes."""

import pytest

from jaga.ledger.tile import (
    MalformedTilePath,
    MissingTile,
    TileId,
    TilePath,
    bundle_of,
    grow,
    leaves_of,
    parse_level,
    tree_root,
)


@pytest.mark.parametrize(
    ("number", "width", "text"),
    [
        (0, 256, "000"),
        (999, 256, "999"),
        (1000, 256, "x001/000"),
        (1234067, 256, "x001/x234/067"),
        (5, 1, "005.p/1"),
        (1234, 255, "x001/234.p/255"),
    ],
)
def test_a_number_is_spelled_in_groups_of_three(number, width, text):
    assert TilePath(number, width).text == text
    assert TilePath.parse(text) == TilePath(number, width)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "00",
        "0000",
        "x000/000",
        "x00/000",
        "001/234",
        "x001",
        "x001/",
        "X001/234",
        "001.p/0",
        "001.p/01",
        "001.p/256",
        "001.p/999",
        "001.p/",
        "001.p",
        "001/..",
        "../checkpoint",
        "001\n",
        "٠٠١",
        "x001/" * 40 + "000",
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(MalformedTilePath):
        TilePath.parse(text)


@pytest.mark.parametrize("text", ["", "-1", "00", "01", "64", "999", "x", "²"])
def test_a_level_is_a_number_up_to_sixty_three(text):
    assert parse_level("0") == 0
    assert parse_level("63") == 63
    with pytest.raises(MalformedTilePath):
        parse_level(text)


def test_a_bundle_that_ends_in_the_middle_of_an_entry_is_refused():
    bundle = bundle_of([b"one", b"two"])

    for cut in (1, 4, 6, len(bundle) - 1):
        with pytest.raises(ValueError, match="middle"):
            leaves_of(bundle[:cut])


def test_a_tree_does_not_grow_from_an_edge_that_is_missing_or_too_narrow():
    tiles = grow({}, 0, [b"a", b"b", b"c"])

    for edge in ({}, {TileId(0, 0): tiles[TileId(0, 0)][:64]}):
        with pytest.raises(MissingTile):
            grow(edge, 3, [b"d"])
        with pytest.raises(MissingTile):
            tree_root(edge, 3)
