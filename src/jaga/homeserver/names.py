"""Names that others of our processes need to know without loading a client or Synapse."""

from __future__ import annotations

KEEPER_TOKEN = "homeserver-keeper-token"  # noqa: S105 - the name of a file, not a secret
JOINING_TOKEN = "homeserver-joining-token"  # noqa: S105
REGISTRATION_SECRET = "registration-shared-secret"  # noqa: S105
OPEN_ACCOUNT = "/_jaga/accounts"
"""The route of `jaga.homeserver.joining`, on Synapse's socket."""
