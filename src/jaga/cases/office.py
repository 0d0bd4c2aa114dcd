"""For members and for anyone: notices, statements of reasons, appeals, the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jaga.cases.appeal import Appeal, file_appeal
from jaga.cases.errors import StatementSuperseded, UnknownNotice, UnknownStatement, UnknownTarget
from jaga.cases.evidence import Vault
from jaga.cases.notice import Filing, FormStep, Notice, check_filing, check_target, form_steps
from jaga.cases.ports import CaseReader, Records
from jaga.cases.statement import Statement, reduced
from jaga.cases.views import AppealView, InboxItem, NoticeView, Page
from jaga.core.clock import Clock
from jaga.core.ids import InboxId, MemberId, NoticeId, StatementId
from jaga.ledger.entry import EntryId
from jaga.ledger.errors import ReceiptNotReady
from jaga.ledger.ports import Receipts
from jaga.sop.model import Sop

RECEIPT_OPENS = ("target", "explanation")


@dataclass(frozen=True, slots=True)
class Filed:
    """A notice that is on record, with the key to follow it and the ledger's receipt."""

    notice: Notice
    access_key: str
    receipt: str | None
    """Nothing while the ledger is slow: the notice is on record all the same, and its receipt can be had later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement as far as the reader may see it."""

    statement: Statement
    body: dict[str, Any]
    whole: bool
    """Whether the reader is the person concerned; anyone else sees measures, ground and procedure."""

    appeal: AppealView | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: a member, somebody with the key from their notice, or anyone."""

    member: MemberId | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    records: Records
    reader: CaseReader
    vault: Vault
    sop: Sop
    clock: Clock
    receipts: Receipts

    def form(self) -> tuple[FormStep, ...]:
        return form_steps(self.sop)

    async def file_notice(self, filing: Filing) -> Filed:
        """Raises `IncompleteNotice`, `UnknownTarget`, `DisclosureConcernsAccounts`."""
        filing = check_filing(filing, self.sop)
        async with self.records.transaction() as work:
            target = await work.resolve(filing.target_uri)
            if target is None:
                raise UnknownTarget
            check_target(filing, target)
            notice, entry = await work.record_notice(filing, target, self.clock())
        return Filed(
            notice,
            self.vault.access_key(notice.id),
            await self._receipt(entry),
        )

    async def follow_notice(self, id: NoticeId, *, key: str) -> NoticeView:
        """Raises `UnknownNotice`, also when only the key is wrong."""
        if not self.vault.grants(id, key):
            raise UnknownNotice
        return await self.reader.notice(id)

    async def receipt_of_notice(self, id: NoticeId, *, key: str) -> str | None:
        """The receipt once more, for whoever has the key. Raises `UnknownNotice`."""
        await self.follow_notice(id, key=key)
        entry = await self.reader.entry_of(id)
        return None if entry is None else await self._receipt(entry)

    async def _receipt(self, entry: EntryId) -> str | None:
        try:
            return await self.receipts.receipt_of(entry, opening=RECEIPT_OPENS)
        except ReceiptNotReady:
            return None

    async def access_statement(self, id: StatementId, reader: Reader) -> StatementView:
        """Whole for the person concerned, reduced for anyone else."""
        statement = await self.reader.statement(id)
        if not self._is_for(statement, reader):
            return StatementView(statement=statement, body=reduced(statement.body), whole=False, appeal=None)
        appeal = await self.reader.appeal_of(id)
        return StatementView(statement=statement, body=statement.body, whole=True, appeal=appeal)

    async def appeal(self, id: StatementId, reader: Reader, text: str) -> Appeal:
        """Raises `UnknownStatement` for others, `AppealClosed`, `AppealExists`, `StatementSuperseded`."""
        async with self.records.transaction() as work:
            statement, case = await work.statement(id)
            if not self._is_for(statement, reader):
                raise UnknownStatement
            if statement.superseded_by is not None:
                raise StatementSuperseded
            appeal, appealed = file_appeal(
                case, id, statement.member, text, until=statement.appeal_until, now=self.clock()
            )
            await work.record_appeal(appeal, appealed)
        return appeal

    async def inbox(self, member: MemberId, *, after: str | None = None, limit: int = 50) -> Page[InboxItem]:
        return await self.reader.inbox(member, after=after, limit=max(1, min(limit, 100)))

    async def mark_read(self, member: MemberId, id: InboxId) -> None:
        await self.reader.mark_read(member, id, now=self.clock())

    def _is_for(self, statement: Statement, reader: Reader) -> bool:
        return reader.member == statement.member or self.vault.grants(statement.id, reader.key)
