"""Cases on the real database, with the shipped SOP: what several modules of tests set up alike."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from jaga.app.sop_files import load_sop
from jaga.cases.carrying import CarryOut
from jaga.cases.decision import Choice, Chosen
from jaga.cases.desk import Desk
from jaga.cases.evidence import Vault, new_key_file
from jaga.cases.office import Office
from jaga.cases.places import Place
from jaga.cases.staff import Role, Staff
from jaga.core.ids import ChannelId, MemberId, PostId, StaffId
from jaga.detect.verdict import Hold, Outcome, Refuse, Signal
from jaga.sop.model import Measure, Sop
from jaga.store.automatic import AutomaticCases
from jaga.store.blobs import FileBlobs
from jaga.store.carrying import StoredCarrying
from jaga.store.case_reader import StoredCaseReader
from jaga.store.case_work import CaseRecords
from jaga.store.cases import CaseBook
from jaga.store.database import Database
from jaga.store.evidence import EvidenceVault
from jaga.store.outcomes import Outcomes
from jaga.store.put_away import FileKeeper
from jaga.store.tables.cases import staff as staff_table
from jaga.store.tables.channels import channels, posts
from jaga.store.tables.members import members
from jaga.store.targets import OpenSide
from jaga.store.vault_files import VaultFiles

URL = "https://chat.example"
_numbers = itertools.count(1)


class NoReceipts:
    """The ledger is not what these tests are about; receipts are proven with the running system."""

    async def receipt_of(self, entry_id, *, within=timedelta(seconds=1), opening=()):
        return f"receipt of {entry_id}"


@dataclass
class World:
    """One installation without its front door: real records, a clock that the test turns."""

    database: Database
    sop: Sop
    vault: Vault
    now: datetime
    locked: list[str]
    data: Path

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: Any) -> None:
        self.now += timedelta(**span)

    @property
    def evidence(self) -> EvidenceVault:
        return EvidenceVault(vault=self.vault, kept=self.sop.evidence_kept)

    @property
    def open_side(self) -> OpenSide:
        return OpenSide(public_url=URL, server_name="chat.example")

    @property
    def records(self) -> CaseRecords:
        return CaseRecords(
            database=self.database,
            sop=self.sop,
            evidence=self.evidence,
            outcomes=Outcomes(),
            open_side=self.open_side,
        )

    @property
    def reader(self) -> StoredCaseReader:
        return StoredCaseReader(
            database=self.database, sop=self.sop, vault=self.vault, open_side=self.open_side
        )

    @property
    def desk(self) -> Desk:
        return Desk(
            records=self.records,
            reader=self.reader,
            sop=self.sop,
            clock=self.clock,
            read_file=self.files.pieces,
        )

    @property
    def office(self) -> Office:
        return Office(
            records=self.records,
            reader=self.reader,
            vault=self.vault,
            sop=self.sop,
            clock=self.clock,
            receipts=NoReceipts(),
        )

    @property
    def automatic(self) -> AutomaticCases:
        return AutomaticCases(sop=self.sop, evidence=self.evidence, public_url=URL)

    @property
    def book(self) -> CaseBook:
        return CaseBook(self.sop, self.evidence)

    @property
    def carrying(self) -> StoredCarrying:
        return StoredCarrying(
            database=self.database, evidence=self.evidence, outcomes=Outcomes(), files=self.files
        )

    @property
    def files(self) -> FileKeeper:
        return FileKeeper(self.database, self.blobs, VaultFiles(self.data / "vault", self.vault))

    @property
    def blobs(self) -> FileBlobs:
        return FileBlobs(self.data / "media")

    @property
    def carry_out(self) -> CarryOut:
        return CarryOut(
            records=self.carrying, accounts=self, read_publicly=self.read_publicly, clock=self.clock
        )

    async def lock(self, name: str) -> None:
        self.locked.append(name)

    async def unlock(self, name: str) -> None:
        self.locked.remove(name)

    async def read_publicly(self, place: Place) -> None:
        """Stands for the front door, which these tests do without."""

    async def member(self, *, language: str = "id") -> MemberId:
        member_id = MemberId.new()
        async with self.database.transaction() as conn:
            await conn.execute(
                insert(members).values(
                    id=member_id, name=f"anggota{next(_numbers)}", language=language, created_at=self.now
                )
            )
        return member_id

    async def person(self, role: Role = Role.MODERATOR, *, country: str | None = None) -> Staff:
        number = next(_numbers)
        person = Staff(
            id=StaffId.new(),
            name=f"Petugas {number}",
            email=f"p{number}@desk.example",
            role=role,
            country=country,
        )
        async with self.database.transaction() as conn:
            await conn.execute(
                insert(staff_table).values(
                    id=person.id,
                    name=person.name,
                    email=person.email,
                    role=role.value,
                    country=country,
                    created_at=self.now,
                )
            )
        return person

    async def channel(self, owner: MemberId) -> ChannelId:
        channel_id = ChannelId.new()
        async with self.database.transaction() as conn:
            await conn.execute(
                insert(channels).values(
                    id=channel_id,
                    name=f"kanal{next(_numbers)}",
                    title="Kabar",
                    kind="channel",
                    language="id",
                    category="news",
                    owner_id=owner,
                    created_at=self.now,
                )
            )
        return channel_id

    async def post(
        self,
        author: MemberId,
        channel: ChannelId | None = None,
        *,
        text: str = "halo",
        state: str = "published",
    ) -> PostId:
        post_id, channel = PostId.new(), channel or await self.channel(author)
        async with self.database.transaction() as conn:
            await conn.execute(
                insert(posts).values(
                    id=post_id,
                    channel_id=channel,
                    number=next(_numbers),
                    author_id=author,
                    text=text,
                    state=state,
                    created_at=self.now,
                    published_at=self.now if state == "published" else None,
                )
            )
        return post_id

    async def case_on(self, post: PostId, *, category: str = "harassment", jurisdiction: str | None = None):
        async with self.database.transaction() as conn:
            opened = await self.book.open_or_join(
                conn,
                target_kind="post",
                target=post,
                category=category,
                source="notice",
                jurisdiction=jurisdiction,
                now=self.now,
            )
        return opened.id

    async def state_of(self, post: PostId) -> str:
        return (await self.row(posts, post)).state

    async def row(self, table: Any, id: str) -> Any:
        async with self.database.reading() as conn:
            return (await conn.execute(select(table).where(table.c.id == id))).one()

    async def rows(self, query: Any) -> list[Any]:
        async with self.database.reading() as conn:
            return list((await conn.execute(query)).all())

    async def change(self, table: Any, id: str, **values: Any) -> None:
        async with self.database.transaction() as conn:
            await conn.execute(update(table).where(table.c.id == id).values(**values))


@pytest.fixture
def world(database, tmp_path) -> World:
    return World(
        database=database,
        sop=load_sop(("id", "eu")),
        vault=Vault.parse(new_key_file()),
        now=datetime.now(UTC).replace(microsecond=0),
        locked=[],
        data=tmp_path,
    )


def signal(category: str, outcome: Outcome) -> Signal:
    return Signal(
        rule="term", entry="bnk_x", category=category, outcome=outcome, field="text", start=0, end=6
    )


def refused(category: str = "terrorism") -> Refuse:
    return Refuse(1, (signal(category, Outcome.REFUSE),))


def held(category: str = "harassment") -> Hold:
    return Hold(1, (signal(category, Outcome.HOLD),))


def choice(
    *measures: str, ground: str | None = "H-1", facts: str = "Menyerang seseorang.", days=None
) -> Choice:
    return Choice(
        ground=ground, measures=tuple(Chosen(Measure(name), days) for name in measures), facts=facts
    )
