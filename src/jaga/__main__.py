"""`python -m jaga`, the same as `jaga`."""

from __future__ import annotations

from jaga.app.cli import main

main()
