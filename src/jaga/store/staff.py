"""`jaga.cases.entrance.StaffDirectory` on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from jaga.cases.entrance import Credentials, Failures
from jaga.cases.errors import StaffExists
from jaga.cases.evidence import Sealed
from jaga.cases.staff import Role, Staff
from jaga.core.ids import StaffId
from jaga.ledger.entry import Entry, EntryType
from jaga.store import outbox
from jaga.store.database import Database
from jaga.store.decisions import language_named
from jaga.store.tables.cases import sign_in_failures, staff
from jaga.store.tables.members import sessions

_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredStaff:
    database: Database

    async def add(
        self, person: Staff, *, totp: Sealed, enrolment: bytes, until: datetime, now: datetime
    ) -> None:
        try:
            async with self.database.transaction() as conn:
                await conn.execute(
                    insert(staff).values(
                        id=person.id,
                        name=person.name,
                        email=person.email,
                        role=person.role.value,
                        country=person.country,
                        language=person.language,
                        totp_secret=totp.to_bytes(),
                        enrolment_hash=enrolment,
                        enrolment_expires_at=until,
                        created_at=now,
                    )
                )
                entry = Entry.of(
                    type=EntryType.STAFF,
                    at=now,
                    actor_class=person.role.value,
                    jurisdiction=person.country,
                    action="add",
                    personal={"staff": person.id, "name": person.name},
                )
                await outbox.append(conn, entry, ref=person.id)
        except IntegrityError as error:
            raise StaffExists(email=person.email) from error

    async def renew_enrolment(self, id: StaffId, *, totp: Sealed, enrolment: bytes, until: datetime) -> None:
        async with self.database.transaction() as conn:
            await conn.execute(
                update(staff)
                .where(staff.c.id == id)
                .values(
                    totp_secret=totp.to_bytes(),
                    totp_last_step=None,
                    password_hash=None,
                    enrolment_hash=enrolment,
                    enrolment_expires_at=until,
                )
            )
            await conn.execute(delete(sessions).where(sessions.c.subject == id))

    async def enrolling(self, enrolment: bytes, *, now: datetime) -> Credentials | None:
        return await self._find(staff.c.enrolment_hash == enrolment, staff.c.enrolment_expires_at > now)

    async def enrol(self, id: StaffId, *, enrolment: bytes, password_hash: str, step: int) -> bool:
        async with self.database.transaction() as conn:
            used = await conn.execute(
                update(staff)
                .where(staff.c.id == id, staff.c.enrolment_hash == enrolment)
                .values(
                    password_hash=password_hash,
                    totp_last_step=step,
                    enrolment_hash=None,
                    enrolment_expires_at=None,
                )
            )
            return bool(used.rowcount)

    async def by_email(self, email: str) -> Credentials | None:
        return await self._find(staff.c.email == email)

    async def named(self, name: str) -> Staff | None:
        async with self.database.reading() as conn:
            rows = await conn.execute(
                select(staff)
                .where(
                    or_(staff.c.id == name, staff.c.email == name.lower(), staff.c.name == name),
                    staff.c.disabled_at.is_(None),
                )
                .limit(2)
            )
            found = rows.all()
        return _staff_of(found[0]) if len(found) == 1 else None

    async def get(self, id: StaffId) -> Staff | None:
        found = await self._find(staff.c.id == id)
        return None if found is None or found.disabled else found.staff

    async def use_step(self, id: StaffId, step: int) -> bool:
        async with self.database.transaction() as conn:
            used = await conn.execute(
                update(staff)
                .where(
                    staff.c.id == id,
                    or_(staff.c.totp_last_step.is_(None), staff.c.totp_last_step < step),
                )
                .values(totp_last_step=step)
            )
            return bool(used.rowcount)

    async def failures(self, email: bytes) -> Failures:
        async with self.database.reading() as conn:
            found = await conn.execute(
                select(sign_in_failures).where(sign_in_failures.c.email_sha256 == email)
            )
        row = found.mappings().one_or_none()
        return Failures() if row is None else Failures(row["count"], row["locked_until"])

    async def record_failure(self, email: bytes, failures: Failures, *, now: datetime) -> None:
        async with self.database.transaction() as conn:
            await conn.execute(
                delete(sign_in_failures).where(sign_in_failures.c.last_at < now - _FORGOTTEN_AFTER)
            )
            # Attempts at the same time count each: the stored number grows by itself.
            await conn.execute(
                upsert(sign_in_failures)
                .values(
                    email_sha256=email,
                    count=failures.count,
                    last_at=now,
                    locked_until=failures.locked_until,
                )
                .on_conflict_do_update(
                    index_elements=["email_sha256"],
                    set_={
                        "count": sign_in_failures.c.count + 1,
                        "last_at": now,
                        "locked_until": failures.locked_until,
                    },
                )
            )

    async def forget_failures(self, email: bytes) -> None:
        async with self.database.transaction() as conn:
            await conn.execute(delete(sign_in_failures).where(sign_in_failures.c.email_sha256 == email))

    async def _find(self, *where: Any) -> Credentials | None:
        async with self.database.reading() as conn:
            row = (await conn.execute(select(staff).where(*where))).one_or_none()
        if row is None:
            return None
        return Credentials(
            staff=_staff_of(row),
            password_hash=row.password_hash,
            totp=Sealed.from_bytes(row.totp_secret) if row.totp_secret else None,
            disabled=row.disabled_at is not None,
        )


def _staff_of(row: Row[Any]) -> Staff:
    return Staff(
        id=StaffId(row.id),
        name=row.name,
        email=row.email,
        role=Role(row.role),
        country=row.country,
        language=language_named(row.language),
    )
