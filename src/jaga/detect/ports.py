"""The two questions the open side asks, and the refusal that stands for "no answer".

`jaga.detect.client.DetectorClient` answers both over the detector's socket: pass `client.check` where a `Check` is
wanted and `client.inspect` where an `Inspect` is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Protocol

from jaga.core.errors import Conflict, MalformedInput, NotFound, TooLarge, Unavailable
from jaga.core.ids import BankEntryId
from jaga.core.text import Text
from jaga.detect.bank import BankChange
from jaga.detect.content import Content
from jaga.detect.entry import Kind, Listed, Wording
from jaga.detect.media import MediaReport
from jaga.detect.verdict import Verdict


class DetectorUnavailable(Unavailable):
    """No verdict within the deadline: nothing may be published (fail closed)."""

    code = "detector_unavailable"
    text = Text(
        id="Pemeriksaan sebelum terbit sedang tidak tersedia, jadi belum ada yang diterbitkan. Coba lagi sebentar lagi.",
        en="The check before publication is not available, so nothing was published. Try again shortly.",
    )


class ContentTooLarge(TooLarge):
    """More text than is checked in one piece."""

    code = "content_too_large"


class ContentNotText(MalformedInput):
    """A lone surrogate: no encoding can carry it, so nobody could read it either."""

    code = "content_not_text"


class AlreadyListed(Conflict):
    code = "already_listed"
    text = Text(
        id='"{term}" sudah ada di kategori {category} sebagai {entry}; hapus dahulu yang itu untuk mengubahnya.',
        en='"{term}" is listed in category {category} already, as {entry}; remove that entry first to change it.',
    )


class NoSuchEntry(NotFound):
    code = "no_such_bank_entry"
    text = Text(id="Tidak ada entri {entry} yang berlaku.", en="There is no entry {entry} in force.")


class Check(Protocol):
    """May this be published? Raises `DetectorUnavailable`, `ContentTooLarge` or `ContentNotText`; never guesses."""

    async def __call__(self, content: Content) -> Verdict: ...


class Inspect(Protocol):
    """What is this upload? `sha256` names a file already stored at `media_path`; the type is the sender's claim."""

    async def __call__(self, sha256: str, declared_type: str) -> MediaReport: ...


class LoadBank(Protocol):
    """What changed in the bank after version `since`; everything in force when that is 0.

    Long changes come in portions, which still have version `since`; the last one has the new version, if there is
    one. A `version` below `since` means that the bank is another one (a restored backup): load it whole.
    """

    def __call__(self, since: int) -> AsyncGenerator[BankChange, None]: ...


class WatchBank(Protocol):
    """Yields whenever the bank may have changed, at least twice a second."""

    def __call__(self) -> AsyncGenerator[None, None]: ...


class KeepBank(Protocol):
    """The bank for those who keep it. Each change is one version, in force at the detector within a second."""

    async def add(self, wording: Wording, *, by: str, now: datetime) -> BankEntryId:
        """Raises `AlreadyListed` when the same is in force in this category."""
        ...

    async def remove(self, id: BankEntryId, *, by: str, now: datetime) -> None:
        """Raises `NoSuchEntry`. The record stays; the entry is out of force."""
        ...

    async def listed(self, *, kind: Kind | None = None, category: str | None = None) -> list[Listed]:
        """What is in force, oldest first."""
        ...
