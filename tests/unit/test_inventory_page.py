"""docs/what-we-can-see.md says what the inventory says."""

from __future__ import annotations

from pathlib import Path

import pytest

from jaga.transparency.inventory import SIDES, Column, load_inventory, page, table

PAGE = Path(__file__).parents[2] / "docs/what-we-can-see.md"


def test_the_page_is_made_from_the_inventory():
    assert PAGE.read_text("utf-8") == page(load_inventory()), "run make inventory"


@pytest.mark.parametrize("word", ["Device names", "Reactions", "reactions", "size", "in clear", "when"])
def test_the_page_names_what_remains_visible(word):
    assert word.lower() in PAGE.read_text("utf-8").lower()


@pytest.mark.parametrize("side", SIDES)
def test_the_table_exists_in_both_languages(side):
    inventory = load_inventory()
    assert table(inventory, side, "id") != table(inventory, side, "en")
    assert len(table(inventory, side, "id").splitlines()) == 2 + sum(1 for _ in inventory.of(side))


def test_a_column_is_explained_once(tmp_path):
    twice = tmp_path / "twice.toml"
    texts = "\n".join(f'{key} = {{ id = "x", en = "y" }}' for key in ("what", "why", "kept"))
    entry = f'[[data]]\nid = "a"\nside = "open"\n{texts}\n[data.fields]\nmembers = "name"\n'
    twice.write_text(f"{entry}{entry}[empty]\n[machinery.sealed]\n[machinery.open]\n")
    with pytest.raises(ValueError, match=r"members\.name is explained twice"):
        load_inventory(twice)


def test_what_is_not_in_the_inventory_is_unexplained():
    inventory = load_inventory()
    new = Column("members", "zqkabo")
    assert inventory.unexplained("open", [new, Column("members", "name")]) == [new]
