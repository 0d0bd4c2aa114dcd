"""How somebody becomes a member by themselves: a name, a password, a proof of work. No e-mail, no phone, no address kept."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

from typing_extensions import override

from jaga.channels.errors import BadField
from jaga.channels.member import Member, parse_member_name
from jaga.channels.profile import PublicNames
from jaga.channels.proof_of_work import Proof, ProofOfWork
from jaga.channels.registration import Registration
from jaga.channels.sessions import MemberStore
from jaga.core.clock import Clock
from jaga.core.errors import Conflict, JagaError, NotAllowed
from jaga.core.text import Text

_RESERVED = re.compile(
    r"(admin|administrator|root|system|sistem|operator|moderator|staff|staf|support|bantuan|jaga|desk|line|official|resmi"
    r"|security|keamanan|server|abuse|postmaster|webmaster|bot)([._-].*|\d*)"
)
_CODE = re.compile(r"[a-z0-9]{16}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_TEXT = Text(id="harus berupa teks.", en="it must be text.")


class RegistrationClosed(NotAllowed):
    code = "registration_closed"
    text = Text(
        id="Pendaftaran ditutup di sini. Mintalah akun kepada pengelola server ini.",
        en="Registration is closed here. Ask whoever runs this server for an account.",
    )


class InvitationUnknown(NotAllowed):
    code = "invitation_unknown"
    text = Text(
        id="Untuk bergabung di sini perlu kode undangan, dan yang ini tidak dikenal, sudah terpakai, atau kedaluwarsa.",
        en="Joining here needs an invitation code, and this one is unknown, used up or expired.",
    )


class ProofUsed(Conflict):
    code = "proof_used"
    text = Text(
        id="Bukti kerja ini sudah pernah dipakai. Coba lagi; soal baru akan dikerjakan.",
        en="This proof of work was used before. Try again; a new challenge will be solved.",
    )


class NameReserved(NotAllowed):
    code = "name_reserved"
    text = Text(
        id="Nama ini disimpan untuk pengelola, supaya tidak ada yang tertipu. Pilih nama lain.",
        en="This name is kept for those who run the place, so that nobody is misled. Choose another.",
    )


@dataclass(frozen=True, slots=True)
class InvitationCode:
    """What an invited person types in. Only its hash is stored."""

    text: str

    @classmethod
    def new(cls) -> Self:
        return cls("".join(secrets.choice(_LETTERS) for _ in range(16)))

    @classmethod
    def parse(cls, given: object) -> Self:
        """Raises `InvitationUnknown`. Hyphens and capitals are how people copy it."""
        text = re.sub(r"[\s-]", "", given).lower() if isinstance(given, str) and len(given) < 100 else ""
        if not _CODE.fullmatch(text):
            raise InvitationUnknown
        return cls(text)

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @override
    def __str__(self) -> str:
        return "-".join(self.text[at : at + 4] for at in range(0, 16, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    name: str
    display_name: str
    password: str
    proof: object
    invitation: object = None

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Self:
        """Raises `BadField`, `BadMemberName`, `NameReserved`."""
        name, password, shown = (
            fields.get("name"),
            fields.get("password"),
            fields.get("display_name") or fields.get("name"),
        )
        for field, value in (("name", name), ("password", password), ("display_name", shown)):
            if not isinstance(value, str):
                raise BadField(field=field, why=_TEXT)
        name = parse_member_name(str(name))
        if _RESERVED.fullmatch(name):
            raise NameReserved
        return cls(
            name=name,
            display_name=str(shown),
            password=str(password),
            proof=fields.get("proof"),
            invitation=fields.get("invitation"),
        )


class OpenAccount(Protocol):
    """The homeserver's door to a new account."""

    def check_password(self, password: str) -> None:
        """Raises a `MalformedInput` when no account could have it."""

    async def register(self, name: str, password: str, *, display_name: str | None = None) -> None:
        """Raises a `Conflict` when the name is taken, `Unavailable` when nobody answers."""


class JoiningStore(Protocol):
    """What must be known to every web process."""

    async def spend(self, proof: Proof, *, now: datetime) -> bool:
        """Whether the proof counts: true for the first to bring it, and never again."""

    async def spend_with(self, proof: Proof, invitation: bytes, *, name: str, now: datetime) -> bool | None:
        """As `spend`, and takes one use of the invitation for `name`. `None`: there is no such use; nothing is spent.

        Whoever comes back with the same name after a failure still has their use.
        """

    async def give_back(self, invitation: bytes, *, name: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    registration: Registration
    proofs: ProofOfWork
    names: PublicNames
    accounts: OpenAccount
    members: MemberStore
    store: JoiningStore
    clock: Clock

    async def challenge(self) -> dict[str, Any]:
        """Raises `RegistrationClosed`."""
        self._require_open()
        return await asyncio.to_thread(self.proofs.challenge, self.clock())

    async def join(self, fields: Mapping[str, Any]) -> Member:
        """A new account. What is cheap to refuse is refused before the proof is spent."""
        self._require_open()
        application = Application.parse(fields)
        self.accounts.check_password(application.password)
        proof = self.proofs.check(application.proof, now=self.clock())
        # The name is public as well, and is what others see until there is another.
        await self.names.approve(application.name)
        display_name = await self.names.approve(application.display_name)
        await self._open(application, proof, display_name)
        member = await self.members.find_or_add(application.name, now=self.clock())
        await self.names.accepted(application.name, display_name)
        return member

    def _require_open(self) -> None:
        if self.registration is Registration.CLOSED:
            raise RegistrationClosed

    async def _open(self, application: Application, proof: Proof, display_name: str) -> None:
        if self.registration is Registration.OPEN:
            if not await self.store.spend(proof, now=self.clock()):
                raise ProofUsed
            await self._register(application, display_name)
            return
        invitation = InvitationCode.parse(application.invitation).hash
        match await self.store.spend_with(proof, invitation, name=application.name, now=self.clock()):
            case None:
                raise InvitationUnknown
            case False:
                raise ProofUsed
            case True:
                try:
                    await self._register(application, display_name)
                except JagaError:
                    await self.store.give_back(invitation, name=application.name)
                    raise

    async def _register(self, application: Application, display_name: str) -> None:
        await self.accounts.register(application.name, application.password, display_name=display_name)
