"""Names of files that others of our processes need to know without loading a client."""

from __future__ import annotations

KEEPER_TOKEN = "homeserver-keeper-token"  # noqa: S105 - the name of a file, not a secret
REGISTRATION_SECRET = "registration-shared-secret"  # noqa: S105
