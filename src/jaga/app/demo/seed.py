"""Fills a fresh installation with the story, through the same use-cases as everybody else."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from typing import TypeVar

import pyotp

from jaga.app import wire
from jaga.app.demo import story
from jaga.app.demo.pictures import draw
from jaga.app.demo.recovery import new_recovery_key
from jaga.app.demo.sign_in import SignIn
from jaga.app.installation import Installation
from jaga.app.line_client import LineClient, load_key, make_key
from jaga.app.open_side import open_side
from jaga.app.sop_files import sop_in_force
from jaga.app.wire_cases import Cases, cases_of
from jaga.app.wire_members import accounts
from jaga.cases.decision import Choice, Chosen
from jaga.cases.notice import Filing
from jaga.cases.staff import Staff
from jaga.channels.channel import ChannelChange, ChannelDraft
from jaga.channels.entities import Entity, utf16_length
from jaga.channels.open_side import OpenSide
from jaga.channels.outcome import Outcome, Published
from jaga.channels.ports import Actor
from jaga.channels.post import Draft, Post, Wanted
from jaga.core.clock import rfc3339, utc_now
from jaga.core.ids import CaseId, MediaId, PostId
from jaga.detect.entry import Kind, parse_wording
from jaga.liaison.authority import Authority, enroll, propose
from jaga.sop.model import Measure
from jaga.store.authorities import add_authority, add_officer, approve_authority
from jaga.store.banks import Banks
from jaga.store.database import Database
from jaga.store.members import Members

_HISTORY_PER_MINUTE = 100_000
_LETTER = b"%PDF-1.4\n% Surat contoh. Tidak berlaku.\n"


class Seed:
    def __init__(self, installation: Installation, database: Database) -> None:
        self._installation = installation
        self._database = database
        self._open_side: OpenSide = open_side(installation, database, posts_per_minute=_HISTORY_PER_MINUTE)
        self._cases: Cases = cases_of(installation, database, receipts=wire.ledger(installation, database))
        self._now = utc_now()
        self._actors: dict[str, Actor] = {}
        self._posts: dict[str, Post] = {}

    async def fill(self) -> list[SignIn]:
        """Everything, once. Raises what the use-cases raise: a half-filled demonstration is a defect to be seen."""
        await self._list_words()
        members = [await self._member(name) for name in story.MEMBERS]
        for place in story.PLACES:
            await self._open(place)
        staff, colleagues = await self._staff()
        authority = await self._authority(staff)
        await self._decided_case(staff[0])
        await self._open_order(authority)
        return [*members, *colleagues]

    async def _list_words(self) -> None:
        banks = Banks(self._database)
        wordings = [
            parse_wording(
                kind=Kind.TERM, term=listing.term, category=listing.category, outcome=listing.outcome
            )
            for listing in story.BANK
        ]
        await banks.add_all(wordings, by="demo", now=self._now)

    async def _member(self, name: str) -> SignIn:
        password = secrets.token_urlsafe(9)
        await accounts(self._installation).register(name, password)
        member = await Members(self._database).find_or_add(name, now=self._now)
        self._actors[name] = Actor(member.id, member.language)
        return SignIn(name.title(), "/app/#/sign-in", name, password, recovery_key=new_recovery_key())

    async def _open(self, place: story.Place) -> None:
        owner = self._actors[place.owner]
        draft = ChannelDraft.parse(
            {
                "name": place.name,
                "title": place.title,
                "about": place.about,
                "kind": place.kind,
                "language": "id",
                "category": place.category,
            }
        )
        _published(await self._open_side.channel_publisher.create(owner, draft))
        picture = await self._upload(owner, place.picture)
        change = ChannelChange.parse({"picture": picture})
        _published(await self._open_side.channel_publisher.change(owner, place.name, change))
        for told in place.posts:
            await self._tell(place, told)

    async def _tell(self, place: story.Place, told: story.Told) -> None:
        author = self._actors[told.by]
        media = (
            [Wanted(await self._upload(author, told.picture), "photo", f"{told.picture}.png")]
            if told.picture
            else []
        )
        entities = [Entity("bold", 0, utf16_length(told.bold))] if told.bold else []
        draft = Draft.of(told.text, entities, media, written_at=self._now - told.ago)
        post = _published(await self._open_side.publisher.post(author, place.name, draft))
        self._posts[told.text] = post
        for remark in told.remarks:
            await self._remark(post.id, remark)
        if told.pinned:
            await self._open_side.keeper.pin(author, post.id)

    async def _remark(self, post: PostId, remark: story.Remark) -> None:
        _published(
            await self._open_side.publisher.comment(self._actors[remark.by], post, Draft.of(remark.text))
        )

    async def _upload(self, actor: Actor, picture: str) -> MediaId:
        content = draw(picture)

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        uploaded = await self._open_side.uploader.upload(
            actor, chunks(), declared_type="image/png", declared_size=len(content)
        )
        return uploaded.id

    async def _staff(self) -> tuple[list[Staff], list[SignIn]]:
        people, sheet = [], []
        for colleague in story.STAFF:
            entrance, password = self._cases.entrance, secrets.token_urlsafe(12)
            staff, token = await entrance.add(
                colleague.name, colleague.email, colleague.role, country=colleague.country
            )
            enrolment = await entrance.enrolment(token)
            code = pyotp.TOTP(enrolment.secret).now()
            await entrance.enrol(token, password=password, code=code)
            people.append(staff)
            who = f"{colleague.name}, {colleague.role.value}"
            sheet.append(SignIn(who, "/desk", colleague.email, password, enrolment.secret))
        return people, sheet

    async def _authority(self, staff: list[Staff]) -> Authority:
        authority = propose(
            name="Kementerian Contoh",
            country="ID",
            type="ministry",
            regimes=["id_mr5"],
            categories=["terrorism", "harassment", "pornography"],
            two_officers=False,
            sop=sop_in_force(self._installation.config),
        )
        async with self._database.transaction() as connection:
            await add_authority(connection, authority, at=self._now)
        for person in staff[:2]:
            async with self._database.transaction() as connection:
                authority = await approve_authority(connection, authority.id, person.id, at=utc_now())
        return authority

    async def _decided_case(self, moderator: Staff) -> None:
        """A notice about an insult; the post is removed, its author has reasons and may appeal."""
        filing = Filing(
            category="harassment",
            target_uri=self._address(story.INSULT),
            explanation="Kiriman ini menghina seorang pedagang dan mengajak orang mengusirnya.",
            name="Tuti Rekaan",
            email="tuti@surat.example",
            good_faith=True,
            language="id",
        )
        filed = await self._cases.office.file_notice(filing)
        choice = Choice(
            ground="H-1",
            measures=(Chosen(Measure.REMOVE_POST),),
            facts="Kiriman menghina seorang pedagang dan mengajak orang lain mengusirnya dari pasar.",
        )
        await self._cases.desk.decide(moderator, CaseId(filed.notice.case), choice)

    async def _open_order(self, authority: Authority) -> None:
        """An officer's signed order, urgent under MR 5/2020; its four hours run from now."""
        private, public = make_key(self._installation.data.root / "demo" / "officer")
        officer = enroll(
            authority=authority,
            name="Damar Contoh",
            post="Kepala Seksi",
            email="damar@kementerian.example",
            public_key_pem=public.read_bytes(),
            authoriser=False,
        )
        async with self._database.transaction() as connection:
            await add_officer(connection, officer, at=utc_now())
        client = LineClient(self._installation.config.public_url, officer.id, load_key(private), "id")
        body = json.dumps(self._order(officer.id)).encode()
        answer = await client.send("POST", "/liaison/v1/submissions", body)
        (private.parent / "receipt.txt").write_text(answer["receipt"], "utf-8")

    def _order(self, officer: str) -> dict[str, object]:
        return {
            "kind": "removal_order",
            "regime": "id_mr5",
            "external_ref": "B-001/CONTOH/2026",
            "issued_at": rfc3339(utc_now()),
            "officer": officer,
            "urgency": "urgent",
            "category": "terrorism",
            "legal_basis": [{"law": "MR 5/2020", "article": "14(3)"}],
            "reasons": "Kiriman mengajak orang bergabung dengan kelompok rekaan.",
            "targets": [{"uri": self._address(story.ORDERED), "exact": True}],
            "requested_action": "remove",
            "territorial_scope": ["ID"],
            "language": "id",
            "attachments": [
                {
                    "name": "surat.pdf",
                    "class": "official_letter",
                    "sha256": hashlib.sha256(_LETTER).hexdigest(),
                    "content_base64": base64.b64encode(_LETTER).decode(),
                }
            ],
        }

    def _address(self, text: str) -> str:
        post = self._posts[text]
        return f"{self._installation.config.public_url}/c/{post.channel}/{post.id}"


_Thing = TypeVar("_Thing")


def _published(outcome: Outcome[_Thing]) -> _Thing:
    if not isinstance(outcome, Published):
        raise TypeError(f"the demonstration's own text was not published: {outcome}")
    return outcome.thing
