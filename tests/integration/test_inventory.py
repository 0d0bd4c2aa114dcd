"""The inventory against the live databases: nothing exists that it does not explain, and nothing it explains is gone."""

from __future__ import annotations

import pytest
from psycopg import sql
from tests.helpers.postgres import superuser
from tests.helpers.stack import Failed

from jaga.app.live_schema import columns
from jaga.transparency.inventory import SIDES, load_inventory

INVENTORY = load_inventory()


@pytest.mark.parametrize("side", SIDES)
def test_every_column_that_exists_is_explained_and_no_other(door, side):
    live = columns(door.installation, side)
    assert len(live) > 300
    assert INVENTORY.unexplained(side, live) == []
    assert sorted(INVENTORY.known(side) - live) == []


def test_it_prints_every_personal_field_with_purpose_and_retention(stack):
    rows = stack.cli("inventory")
    fields = {(row["side"], row["table"], row["column"]) for row in rows}
    assert len(fields) == len(rows) == sum(len(datum.columns) for datum in INVENTORY.data)
    for field in (
        ("sealed", "devices", "display_name"),
        ("sealed", "events", "sender"),
        ("open", "notices", "notifier_email"),
        ("open", "ledger_openings", "value"),
    ):
        assert field in fields
    assert all(
        row[part][language]
        for row in rows
        for part in ("what", "purpose", "retention")
        for language in ("id", "en")
    )


def test_a_column_that_nobody_explained_is_named_and_fails(stack, door):
    with superuser(door.server, "jaga") as connection:
        connection.execute("CREATE TABLE zqkabo_notes (zqraba text)")
        try:
            connection.execute("GRANT SELECT ON zqkabo_notes TO jaga")
            with pytest.raises(Failed, match=r"open zqkabo_notes\.zqraba"):
                stack.cli("inventory")
        finally:
            connection.execute("DROP TABLE zqkabo_notes")


def test_what_is_said_to_stay_empty_is_empty(door):
    with superuser(door.server, "synapse") as connection:
        filled = [
            table
            for table in sorted(INVENTORY.empty)
            if connection.execute(
                sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
            ).fetchone()
            == (True,)
        ]
    assert filled == []
