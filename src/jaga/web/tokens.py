"""Where the tokens of the look lie: a module of its own, so that who only needs the place loads no web framework."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).parents[3] / "web" / "shared"
"""A checkout keeps them where the messenger's sources find them too; a wheel carries a copy in `static`."""
