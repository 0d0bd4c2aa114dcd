"""A member's public name: one name on both sides, checked before anyone sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, assert_never

from jaga.channels.errors import BadField
from jaga.channels.wording import clean_line, is_blank
from jaga.core.errors import NotAllowed
from jaga.core.text import Text
from jaga.detect.content import Content, Field
from jaga.detect.ports import Check
from jaga.detect.verdict import Allow, Hold, Refuse

LONGEST_NAME = 100
_NOT_A_NAME = Text(id="bukan nama yang dapat dibaca.", en="it is not a name that can be read.")
_TOO_LONG = Text(id="terlalu panjang.", en="it is too long.")


class NameRefused(NotAllowed):
    code = "name_refused"
    text = Text(
        id="Nama ini tidak dapat dipakai karena memuat hal yang terdaftar ({category}). Pilih nama lain.",
        en="This name cannot be used, since it contains something that is listed ({category}). Choose another.",
    )


class SaveName(Protocol):
    async def rename(self, name: str, display_name: str) -> None:
        """Show the member `name` under another name; nothing happens when the open side does not know them yet."""


@dataclass(frozen=True, slots=True)
class PublicNames:
    """What a member may be called, and the open side's copy of it."""

    check: Check
    members: SaveName

    async def approve(self, wish: object) -> str:
        """The name in its normal form. Raises `BadField`, `NameRefused`, `DetectorUnavailable`."""
        if not isinstance(wish, str) or is_blank(name := clean_line(wish)):
            raise BadField(field="displayname", why=_NOT_A_NAME)
        if len(name) > LONGEST_NAME:
            raise BadField(field="displayname", why=_TOO_LONG)
        match await self.check(Content(fields=(Field("profile.name", name),))):
            case Allow():
                return name
            case Hold(signals=signals) | Refuse(signals=signals):
                # There is no one to ask in the middle of a renaming, so what would be held is refused as well.
                raise NameRefused(category=signals[0].category if signals else "-")
            case never:
                assert_never(never)

    async def accepted(self, localpart: str, name: str) -> None:
        """The homeserver has taken the name."""
        await self.members.rename(localpart, name)
