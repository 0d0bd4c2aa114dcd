"""A proof of work instead of a captcha service: nobody else learns who joins, and a thousand accounts cost a thousand times.

ALTCHA, version 2 (https://altcha.org/docs/v2): the client finds the counter whose derived key begins as the challenge
says. What a challenge holds is signed, so nothing needs to be remembered about those that nobody answers.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha

from jaga.core.errors import MalformedInput
from jaga.core.text import Text

GOOD_FOR = timedelta(minutes=10)
_ALGORITHM = "PBKDF2/SHA-256"
_ITERATIONS = 5_000
_LONGEST = 4_000


class ProofWrong(MalformedInput):
    code = "proof_wrong"
    text = Text(
        id="Bukti kerja ini tidak cocok dengan soalnya. Muat ulang, lalu coba lagi.",
        en="This proof of work does not fit its challenge. Reload and try again.",
    )


class ProofExpired(MalformedInput):
    code = "proof_expired"
    text = Text(
        id="Soalnya sudah kedaluwarsa. Coba lagi; soal baru akan dikerjakan.",
        en="The challenge has expired. Try again; a new one will be solved.",
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """A right answer to a challenge of ours. `digest` names the challenge, so that it counts once."""

    digest: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProofOfWork:
    key: bytes
    """Known to every web process of the installation and to nobody else."""

    derivations: range = range(150, 450)
    """How many lead to the answer: under a second on a laptop of today, a few seconds on an old phone."""

    def challenge(self, now: datetime) -> dict[str, Any]:
        """As ALTCHA's clients want it. Costs us one derivation, and the client as many as its counter says."""
        made = altcha.create_challenge(
            algorithm=_ALGORITHM,
            cost=_ITERATIONS,
            counter=secrets.choice(self.derivations),
            expires_at=now + GOOD_FOR,
            hmac_secret=self.key,
            hmac_key_secret=self._key_of_answers,
        )
        return dict(made.to_dict())

    def check(self, answer: object, *, now: datetime) -> Proof:
        """`answer` is `{"challenge": …, "solution": …}`, or that in base 64. Raises `ProofWrong`, `ProofExpired`."""
        payload = _payload(answer)
        result = altcha.verify_solution(payload, self.key, hmac_key_secret=self._key_of_answers)
        expires_at = payload.challenge.parameters.expires_at
        if not result.verified and not result.expired:
            raise ProofWrong
        if result.expired or expires_at is None or datetime.fromtimestamp(expires_at, UTC) <= now:
            raise ProofExpired
        signature = str(payload.challenge.signature)
        return Proof(hashlib.sha256(signature.encode()).digest(), datetime.fromtimestamp(expires_at, UTC))

    @property
    def _key_of_answers(self) -> bytes:
        return hashlib.sha256(b"answers\0" + self.key).digest()


def _payload(answer: object) -> altcha.Payload:
    try:
        if isinstance(answer, str) and len(answer) <= _LONGEST:
            return altcha.Payload.from_base64(answer)
        if isinstance(answer, Mapping) and len(repr(answer)) <= _LONGEST:
            return altcha.Payload.from_dict(dict(answer))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ProofWrong from None
    raise ProofWrong
