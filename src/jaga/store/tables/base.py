"""The one `MetaData` of the database `jaga`, and the column kinds that all tables share."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key() -> Column[str]:
    """A primary key that holds one of `jaga.core.ids`."""
    return Column("id", Text, primary_key=True)


def instant(name: str, *, required: bool = False, index: bool = False) -> Column[object]:
    """An instant with its zone; without a value the thing has not happened."""
    return Column(name, DateTime(timezone=True), nullable=not required, index=index)


def points_to(name: str, target: str, *, required: bool = True, index: bool = True) -> Column[str]:
    """A reference to another table's row."""
    return Column(name, Text, ForeignKey(target), nullable=not required, index=index)
