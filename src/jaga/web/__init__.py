"""HTTP: front door, open side, bots, desk, direct line, public pages. Parse, call, render; nothing is decided here."""
