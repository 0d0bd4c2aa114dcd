"""Authorities and officers: onboarding, each step with its ledger entry in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Row, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.core.errors import Conflict, NotFound
from jaga.core.ids import AuthorityId, OfficerId, StaffId
from jaga.core.text import Text
from jaga.liaison import entries
from jaga.liaison.authority import Authority, AuthorityState, AuthorityType, Officer, approve
from jaga.store import outbox
from jaga.store.tables.cases import staff
from jaga.store.tables.liaison import authorities, authority_approvals, officers


class UnknownAuthority(NotFound):
    code = "unknown_authority"
    text = Text(id="Tidak ada lembaga dengan pengenal ini.", en="There is no authority with this id.")


class UnknownOfficer(NotFound):
    code = "unknown_officer"
    text = Text(id="Tidak ada petugas dengan pengenal ini.", en="There is no officer with this id.")


class UnknownApprover(NotFound):
    code = "unknown_approver"
    text = Text(
        id="Tidak ada satu orang staf aktif dengan pengenal, surel, atau nama {who} yang boleh menyetujui.",
        en="There is no one active staff person with the id, e-mail or name {who} who may approve.",
    )


class KeyInUse(Conflict):
    code = "key_in_use"
    text = Text(
        id="Kunci ini sudah dipakai petugas lain. Setiap petugas memerlukan kuncinya sendiri.",
        en="Another officer has this key already. Each officer needs a key of their own.",
    )


class AlreadyRevoked(Conflict):
    code = "officer_already_revoked"
    text = Text(id="Kunci petugas ini sudah dicabut.", en="This officer's key is revoked already.")


async def add_authority(connection: AsyncConnection, authority: Authority, *, at: datetime) -> None:
    await connection.execute(
        insert(authorities).values(
            id=authority.id,
            name=authority.name,
            country=authority.country,
            type=authority.type.value,
            regimes=sorted(authority.regimes),
            categories=sorted(authority.categories),
            two_officers=authority.two_officers,
            state=authority.state.value,
            proposed_at=at,
        )
    )
    draft = entries.of_authority(authority, action="propose", by=None, at=at)
    await outbox.append(connection, draft, ref=authority.id)


async def approve_authority(
    connection: AsyncConnection, id: AuthorityId, by: StaffId, *, at: datetime
) -> Authority:
    """Give one approval; raises `UnknownAuthority` and what `approve` raises."""
    # Two approvals at once must see each other, or neither would be the second.
    await connection.execute(select(authorities.c.id).where(authorities.c.id == id).with_for_update())
    authority = approve(await load_authority(connection, id), by)
    await connection.execute(insert(authority_approvals).values(authority_id=id, staff_id=by, given_at=at))
    if authority.state is AuthorityState.APPROVED:
        await connection.execute(
            update(authorities)
            .where(authorities.c.id == id)
            .values(state=authority.state.value, approved_at=at)
        )
    draft = entries.of_authority(authority, action="approve", by=by, at=at)
    await outbox.append(connection, draft, ref=id)
    return authority


async def move_authority(
    connection: AsyncConnection, id: AuthorityId, move: Callable[[Authority], Authority], *, at: datetime
) -> Authority:
    """Suspend or resume it; raises `UnknownAuthority` and what `move` raises."""
    await connection.execute(select(authorities.c.id).where(authorities.c.id == id).with_for_update())
    authority = move(await load_authority(connection, id))
    await connection.execute(
        update(authorities).where(authorities.c.id == id).values(state=authority.state.value)
    )
    draft = entries.of_authority(authority, action=move.__name__, by=None, at=at)
    await outbox.append(connection, draft, ref=id)
    return authority


async def load_authority(connection: AsyncConnection, id: str) -> Authority:
    """Raises `UnknownAuthority`."""
    row = (await connection.execute(select(authorities).where(authorities.c.id == id))).one_or_none()
    if row is None:
        raise UnknownAuthority
    given = await connection.execute(
        select(authority_approvals.c.staff_id).where(authority_approvals.c.authority_id == id)
    )
    return authority_of(row, frozenset(StaffId(person) for person in given.scalars()))


async def all_authorities(connection: AsyncConnection) -> tuple[Authority, ...]:
    """In the order of their proposal."""
    found = await connection.execute(select(authorities.c.id).order_by(authorities.c.id))
    return tuple([await load_authority(connection, each) for each in found.scalars().all()])


async def approver_named(connection: AsyncConnection, who: str) -> StaffId:
    """The staff person with this id, e-mail or name; raises `UnknownApprover` for none, several, or an auditor."""
    found = await connection.execute(
        select(staff.c.id).where(
            or_(staff.c.id == who, func.lower(staff.c.email) == who.lower(), staff.c.name == who),
            staff.c.disabled_at.is_(None),
            staff.c.role != "auditor",  # reads every record, takes no measure
        )
    )
    people = found.scalars().all()
    if len(people) != 1:
        raise UnknownApprover(who=who)
    return StaffId(people[0])


async def add_officer(connection: AsyncConnection, officer: Officer, *, at: datetime) -> None:
    """Raises `KeyInUse`."""
    try:
        async with connection.begin_nested():
            await connection.execute(
                insert(officers).values(
                    id=officer.id,
                    authority_id=officer.authority_id,
                    name=officer.name,
                    post=officer.post,
                    email=officer.email,
                    public_key=officer.public_key,
                    authoriser=officer.authoriser,
                    enrolled_at=at,
                )
            )
    except IntegrityError:
        raise KeyInUse from None
    await outbox.append(connection, entries.of_officer(officer, action="enroll", at=at), ref=officer.id)


async def revoke_officer(connection: AsyncConnection, id: str, *, at: datetime) -> Officer:
    """From this instant nothing signed with the key is accepted. Raises `UnknownOfficer` or `AlreadyRevoked`."""
    row = (
        await connection.execute(select(officers).where(officers.c.id == id).with_for_update())
    ).one_or_none()
    if row is None:
        raise UnknownOfficer
    officer = officer_of(row)
    if officer.revoked_at is not None:
        raise AlreadyRevoked
    await connection.execute(update(officers).where(officers.c.id == id).values(revoked_at=at))
    await outbox.append(connection, entries.of_officer(officer, action="revoke", at=at), ref=officer.id)
    return officer


async def load_officer(connection: AsyncConnection, id: str) -> Officer | None:
    row = (await connection.execute(select(officers).where(officers.c.id == id))).one_or_none()
    return None if row is None else officer_of(row)


async def enrolled(connection: AsyncConnection, key_id: str) -> tuple[Officer, Authority] | None:
    """The holder of a key and their authority, in one question: nothing else of a request is looked at before."""
    query = (
        select(officers, authorities)
        .join(authorities, authorities.c.id == officers.c.authority_id)
        .where(officers.c.id == key_id)
        .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return officer_of(_Part(row, "officers")), authority_of(_Part(row, "authorities"), frozenset())


@dataclass(frozen=True, slots=True)
class _Part:
    """One table's columns of a row that joins two."""

    row: Row[Any]
    table: str

    def __getattr__(self, column: str) -> Any:
        return getattr(self.row, f"{self.table}_{column}")


def authority_of(row: Row[Any] | _Part, approved_by: frozenset[StaffId]) -> Authority:
    return Authority(
        id=AuthorityId(row.id),
        name=row.name,
        country=row.country,
        type=AuthorityType(row.type),
        regimes=frozenset(row.regimes),
        categories=frozenset(row.categories),
        two_officers=row.two_officers,
        state=AuthorityState(row.state),
        approved_by=approved_by,
    )


def officer_of(row: Row[Any] | _Part) -> Officer:
    return Officer(
        id=OfficerId(row.id),
        authority_id=AuthorityId(row.authority_id),
        name=row.name,
        post=row.post,
        email=row.email,
        public_key=row.public_key,
        authoriser=row.authoriser,
        revoked_at=row.revoked_at,
    )
