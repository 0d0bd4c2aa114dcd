"""Fixtures that any test may ask for; the heavy ones start on first use and live for the whole run."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says more about the machine than about us.
settings.register_profile("jaga", deadline=None)
settings.load_profile("jaga")

pytest_plugins = [
    "tests.helpers.postgres",
    "tests.helpers.case_records",
    "tests.helpers.stack",
    # After the stack, on which they stand:
    "tests.helpers.site",
    "tests.helpers.members",
    "tests.helpers.chatters",
    "tests.helpers.channels",
    "tests.helpers.desk",
]
