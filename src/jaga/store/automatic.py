"""What a verdict leaves behind: called inside the publisher's transaction, before the author has an answer.

    statement = await automatic.record_refused(conn, target_kind="post", target=post.id, author=member.id,
                                               language="id", verdict=verdict, content=snapshot, now=now)
    address = automatic.statement_address(statement)     # goes into the refusal; opens without signing in

Everything is recorded in that one transaction, or nothing is: case, signals, encrypted content, decision, measure,
statement of reasons, inbox, ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases import wording
from jaga.cases.automatic import Refused, category_of, refuse_by_rule
from jaga.cases.case import Source
from jaga.cases.leaves import decision_leaf, held_leaf, statement_leaf
from jaga.cases.target import Concerned, Target, TargetKind
from jaga.core.ids import CaseId, ChannelId, MemberId, StatementId
from jaga.core.text import Language
from jaga.detect.verdict import Verdict
from jaga.sop.model import Sop
from jaga.store import outbox
from jaga.store.cases import CaseBook, add_signals, insert_case, load_case
from jaga.store.decisions import insert_decision, insert_measures, insert_reasons
from jaga.store.evidence import EvidenceVault
from jaga.store.inbox import tell
from jaga.store.outcomes import tell_statement
from jaga.store.tables.cases import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticCases:
    """The rule's own cases, under the SOP in force."""

    sop: Sop
    evidence: EvidenceVault
    public_url: str

    async def record_refused(
        self,
        conn: AsyncConnection,
        *,
        target_kind: TargetKind | str,
        target: str,
        author: MemberId,
        language: Language,
        verdict: Verdict,
        content: Mapping[str, object],
        now: datetime,
        channel: ChannelId | None = None,
    ) -> StatementId:
        """A refused publication. `target` is the post (also for an edit), the channel or the member it is about;
        `content` is the snapshot of what was not published (for posts: what `post_states.publish_refused` takes).
        """
        refused = refuse_by_rule(
            Target(TargetKind(target_kind), target),
            Concerned(author=author, channel=channel),
            language,
            verdict,
            self.sop,
            now=now,
        )
        await self._save(conn, refused, verdict, content, now)
        return refused.reasons.statement.id

    async def record_held(
        self,
        conn: AsyncConnection,
        *,
        target_kind: TargetKind | str,
        target: str,
        author: MemberId,
        verdict: Verdict,
        content: Mapping[str, object],
        now: datetime,
    ) -> CaseId:
        """A held publication waits for a person. Call it after the row of the held thing is written."""
        opened = await CaseBook(self.sop, self.evidence).open_or_join(
            conn,
            target_kind=target_kind,
            target=target,
            category=category_of(verdict, self.sop).name,
            source=Source.HELD_POST,
            jurisdiction=None,
            now=now,
        )
        await conn.execute(update(cases).where(cases.c.id == opened.id).values(holds=True))
        await add_signals(conn, opened.id, verdict.signals)
        await self.evidence.take_snapshot(conn, case=opened.id, subject=target, snapshot=content, now=now)
        case = await load_case(conn, opened.id)
        await outbox.append(conn, held_leaf(case, now=now), ref=opened.id)
        await tell(
            conn,
            author,
            kind="held",
            subject=target,
            title=wording.HELD_TITLE,
            body=wording.HELD_BODY,
            now=now,
        )
        return opened.id

    def statement_address(self, id: StatementId) -> str:
        """Where the author reads the reasons and appeals, without signing in."""
        return f"{self.public_url}/s/{id}?key={self.evidence.vault.access_key(id)}"

    async def _save(
        self,
        conn: AsyncConnection,
        refused: Refused,
        verdict: Verdict,
        content: Mapping[str, object],
        now: datetime,
    ) -> None:
        case, decision, statement = refused.case, refused.decision, refused.reasons.statement
        await insert_case(conn, case)
        await add_signals(conn, case.id, verdict.signals)
        await insert_decision(conn, decision)
        await insert_reasons(conn, [refused.reasons])
        await insert_measures(conn, decision, [refused.reasons], now=now)
        await self.evidence.take_snapshot(
            conn,
            case=case.id,
            subject=case.target.id,
            snapshot=content,
            now=now,
            measure=refused.measure.id,
        )
        await tell_statement(conn, decision, statement, now=now)
        await outbox.append(conn, decision_leaf(case, decision), ref=decision.id)
        await outbox.append(conn, statement_leaf(case, decision, statement), ref=statement.id)
