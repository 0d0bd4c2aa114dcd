"""What somebody does who joins by themselves: asks for a challenge, solves it, sends it with a name and a password."""

from __future__ import annotations

from typing import Any

import altcha

PASSWORD = "kata sandi yang panjang"


def solved(challenge: dict[str, Any]) -> dict[str, Any]:
    """The proof of work, by ALTCHA's own solver."""
    given = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(given)
    assert solution is not None
    return altcha.Payload(given, solution).to_dict()


def application(name: str, proof: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "password": PASSWORD, "proof": proof, **more}
