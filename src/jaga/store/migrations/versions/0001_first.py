"""The first schema. Until the first release it follows the tables; with the release its statements are written out here."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

from jaga.store.tables import metadata, statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    # Straight to the driver: many statements at once, and a percent sign is only that.
    driver = connection.connection.driver_connection
    assert driver is not None
    for statement in (*statements(), SchemaManager.get_schema()):
        driver.execute(statement)
