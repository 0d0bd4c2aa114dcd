"""Members who publish and staff who decide, each over the public port of a running stack."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from jaga.app import wire_members
from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE
from jaga.app.wire_cases import opened_entrance
from jaga.cases.entrance import StaffSession
from jaga.cases.staff import Role
from jaga.channels.sessions import SignedIn
from jaga.core.clock import utc_now
from jaga.store.members import Members
from tests.helpers.members import PASSWORD
from tests.helpers.stack import Stack, eventually


@dataclass(frozen=True)
class Caller:
    """Somebody with a bearer token."""

    name: str
    id: str
    http: httpx.Client = field(repr=False)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return self.http.post(path, json=body, headers=headers)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query or None)

    def desk_page(self, path: str) -> str:
        """What a member of the staff reads there, in English."""
        token = self.http.headers["Authorization"].removeprefix("Bearer ")
        answer = self.http.get(path, headers={"Cookie": f"staff_session={token}; language=en"})
        assert answer.status_code == 200, answer.text
        return answer.text


@dataclass
class Town:
    """A stack with its people; those who differ in nothing but their name are made once."""

    stack: Stack
    callers: list[httpx.Client] = field(default_factory=list)
    known: dict[str, Caller] = field(default_factory=dict)

    @property
    def installation(self) -> Installation:
        return Installation.open(self.stack.data)

    def _caller(self, name: str, id: str, token: str) -> Caller:
        headers = {"Authorization": f"Bearer {token}"}
        http = httpx.Client(base_url=self.stack.url, headers=headers, timeout=20)
        self.callers.append(http)
        return Caller(name, id, http)

    def anyone(self) -> httpx.Client:
        http = httpx.Client(base_url=self.stack.url, timeout=20)
        self.callers.append(http)
        return http

    def ask(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of the open side's database."""
        server = self.installation.server
        with psycopg.connect(server.conninfo(OPEN_SIDE, OPEN_SIDE)) as database:
            return database.execute(sql, values).fetchone()

    def member(self, called: str) -> Caller:
        """As `jaga member add` and `jaga token issue` do it, without their start-up."""
        if called not in self.known:
            name = f"{called}-{uuid.uuid4().hex[:8]}"
            issued = asyncio.run(self._open_account(name))
            self.known[called] = self._caller(name, issued.member.id, issued.token.text)
        return self.known[called]

    async def _open_account(self, name: str) -> SignedIn:
        await wire_members.accounts(self.installation).register(name, PASSWORD)
        async with wire_members.opened_database(self.installation) as database:
            await Members(database).find_or_add(name, now=utc_now())
            sessions = wire_members.member_sessions(self.installation, database)
            return await sessions.issue(name, ttl=timedelta(hours=1), now=utc_now())

    def staff(self, called: str, role: str = "moderator", *, country: str | None = None) -> Caller:
        if called not in self.known:
            name = f"{called}-{uuid.uuid4().hex[:8]}"
            session = asyncio.run(self._begin(name, Role(role), country))
            self.known[called] = self._caller(name, session.staff.id, session.token.text)
        return self.known[called]

    async def _begin(self, name: str, role: Role, country: str | None) -> StaffSession:
        async with opened_entrance(self.installation) as entrance:
            staff, _ = await entrance.add(name, f"{name}@desk.example", role, country=country)
            return await entrance.begin(staff)

    @property
    def moderators(self) -> tuple[Caller, Caller, Caller]:
        return self.staff("sari"), self.staff("bayu"), self.staff("rina")

    @property
    def auditor(self) -> Caller:
        return self.staff("auditor", "auditor")

    def channel(self, owner: Caller, *, kind: str = "channel") -> str:
        name = f"k{uuid.uuid4().hex[:10]}"
        made = owner.post(
            "/api/v1/channels",
            {
                "name": name,
                "title": "Kabar Uji",
                "about": "",
                "kind": kind,
                "language": "id",
                "category": "news",
            },
        )
        assert made.status_code == 201, made.text
        return name

    def listed(self, outcome: str = "refuse", *, category: str = "terrorism") -> str:
        """A made-up word that the detector now knows."""
        word = f"zq{uuid.uuid4().hex[:10]}"
        self.stack.cli("bank", "add", word, "--category", category, "--outcome", outcome)
        return word

    def publish(self, author: Caller, channel: str, text: str, **more: Any) -> httpx.Response:
        return author.post(f"/api/v1/channels/{channel}/posts", {"text": text, **more})

    def published(self, author: Caller, channel: str, text: str, **more: Any) -> str:
        answer = self.publish(author, channel, text, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def report(self, target: str, *, category: str = "harassment") -> str:
        """Anyone's notice; the id of its case."""
        filed = self.anyone().post(
            "/api/v1/notices",
            json={
                "category": category,
                "target": f"{self.stack.url}{target}",
                "explanation": "Menghina tetangga saya.",
                "name": "Warga Uji",
                "email": "warga@pos.example",
                "good_faith": True,
            },
        )
        assert filed.status_code == 201, filed.text
        return filed.json()["id"]

    def case_of(self, staff: Caller, target: str, *, state: str | None = None) -> dict[str, Any]:
        query = {"target": target} | ({"state": state} if state else {})
        found = staff.get("/desk/api/v1/cases", **query).json()["items"]
        assert len(found) == 1, found
        return found[0]

    def decide(self, staff: Caller, case: str, *measures: str, ground: str | None = "H-1") -> dict[str, Any]:
        answer = staff.post(
            f"/desk/api/v1/cases/{case}/decisions",
            {
                "ground": ground,
                "measures": [{"name": name} for name in measures],
                "facts": "Menyerang orang.",
            },
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def answer_appeal(self, staff: Caller, case: str, reasons: str) -> dict[str, Any]:
        """Reverses the decision of the case, by somebody who had no part in it."""
        found = staff.get("/desk/api/v1/appeals", limit=100).json()["items"]
        (appeal,) = (one["id"] for one in found if one["case"] == case)
        answer = staff.post(
            f"/desk/api/v1/appeals/{appeal}/decision", {"outcome": "reversed", "reasons": reasons}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def effect_of(self, staff: Caller, decision: str, *, seconds: float = 15) -> datetime:
        """When the effect was confirmed on every public path."""

        def confirmed() -> str | None:
            return staff.get(f"/desk/api/v1/decisions/{decision}").json()["effect_at"]

        return datetime.fromisoformat(eventually(confirmed, seconds=seconds))


@pytest.fixture(scope="module")
def town(stack):
    town = Town(stack)
    yield town
    for caller in town.callers:
        caller.close()
