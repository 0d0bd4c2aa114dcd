"""Cases, decisions, statements and notices as the APIs spell them."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from jaga.cases.appeal import Appeal
from jaga.cases.case import Case
from jaga.cases.clocks import CaseClock
from jaga.cases.measure import CaseMeasure
from jaga.cases.office import StatementView
from jaga.cases.ports import Opening
from jaga.cases.statement import Statement
from jaga.cases.views import (
    AppealView,
    CaseView,
    DecisionView,
    EvidenceAccess,
    EvidenceRow,
    InboxItem,
    NoticeView,
    QueueRow,
)
from jaga.core.clock import rfc3339
from jaga.core.text import Language
from jaga.liaison.record import Filed
from jaga.liaison.submission import Submission
from jaga.sop.model import Clause

Json = dict[str, Any]


def instant(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def clock(value: CaseClock) -> Json:
    return {
        "name": value.name,
        "subject": value.subject or None,
        "started_at": rfc3339(value.started_at),
        "due_at": rfc3339(value.due_at),
        "stopped_at": instant(value.stopped_at),
        "missed_at": instant(value.missed_at),
    }


def case_head(case: Case) -> Json:
    return {
        "id": case.id,
        "state": case.state.value,
        "category": case.category,
        "categories": [case.category, *case.also],
        "target": case.target.id,
        "target_kind": case.target.kind.value,
        "source": case.source.value,
        "jurisdiction": case.jurisdiction,
        "version": case.version,
        "opened_at": rfc3339(case.opened_at),
        "closed_at": instant(case.closed_at),
        "clocks": [clock(each) for each in case.clocks],
    }


def queue_row(row: QueueRow) -> Json:
    return {**case_head(row.case), "reports": row.reports}


def ground(clause: Clause, language: Language) -> Json:
    return {
        "id": clause.id,
        "title": clause.title.in_(language),
        "text": clause.text.in_(language),
        "illegal": clause.illegal,
        "legal_ground": clause.legal_ground,
    }


def measure(value: CaseMeasure) -> Json:
    return {
        "id": value.id,
        "name": value.act.value,
        "target": value.target.id,
        "target_kind": value.target.kind.value,
        "days": value.days,
        "lifts": value.lifts,
        "applied_at": instant(value.applied_at),
        "confirmed_at": instant(value.confirmed_at),
        "lifted_at": instant(value.lifted_at),
    }


def decision(view: DecisionView) -> Json:
    made = view.decision
    return {
        "id": made.id,
        "case": made.case,
        "kind": made.kind.value,
        "state": made.state.value,
        "ground": made.ground,
        "measures": [measure(each) for each in made.measures] or [{"name": "no_violation"}],
        "facts": made.facts,
        "decided_by": made.decided_by,
        "decided_by_name": view.decided_by_name,
        "automation": made.automation.value,
        "approvals_needed": made.approvals_needed,
        "approvals_missing": view.approvals_missing,
        "approvals": [
            {
                "staff": approval.staff,
                "name": name,
                "outcome": approval.outcome.value,
                "given_at": rfc3339(approval.given_at),
            }
            for approval, name in view.approvals
        ],
        "sop_version": made.sop_version,
        "appeal": made.appeal,
        "decided_at": rfc3339(made.decided_at),
        "effective_from": instant(made.effective_from),
        "effect_at": instant(made.effect_at),
    }


def case_whole(view: CaseView, language: Language) -> Json:
    return {
        **case_head(view.case),
        "where": {
            name: instant(value) if isinstance(value, datetime) else value
            for name, value in view.target.items()
        },
        "author": view.case.concerned.author,
        "silent_until": instant(view.case.silent_until),
        "grounds": [ground(clause, language) for clause in view.grounds],
        "measures_open": [each.value for each in view.measures_open],
        "signals": list(view.signals),
        "notices": [notice_for_staff(each) for each in view.notices],
        "decisions": [decision(each) for each in view.decisions],
        "statements": [statement_head(each) for each in view.statements],
        "appeals": [appeal(each) for each in view.appeals],
        "evidence": [evidence_head(row) for row in view.evidence],
        "evidence_opened": [evidence_opened(seen) for seen in view.accesses],
        "history": history(view),
    }


def evidence_head(row: EvidenceRow) -> Json:
    return {
        "id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "size": row.size,
        "kept_at": rfc3339(row.kept_at),
        "keep_until": rfc3339(row.keep_until),
        "purged_at": instant(row.purged_at),
        "committed_sha256": row.committed,
    }


def evidence_opened(seen: EvidenceAccess) -> Json:
    return {
        "evidence": seen.evidence,
        "file": seen.file or None,
        "staff": seen.staff,
        "name": seen.staff_name,
        "purpose": seen.purpose,
        "at": rfc3339(seen.at),
    }


def submission(filed: Filed, words: Submission) -> Json:
    """What an authority wants, in its own words as they read after every reply."""
    return {
        "id": filed.id,
        "authority": filed.authority_id,
        "kind": filed.kind.value,
        "regime": filed.regime,
        "category": filed.category,
        "urgency": filed.urgency,
        "external_ref": filed.external_ref,
        "state": filed.state.value,
        "legal_basis": [{"law": basis.law, "article": basis.article} for basis in words.legal_basis],
        "reasons": words.reasons,
        "territorial_scope": list(words.territorial_scope),
        "issued_at": rfc3339(filed.issued_at),
        "received_at": rfc3339(filed.received_at),
    }


def history(view: CaseView) -> list[Json]:
    """What happened in the case, in order."""
    case = view.case
    steps: list[tuple[datetime | None, str, str]] = [(case.opened_at, "opened", case.id)]
    for each in view.notices:
        steps += [(each.received_at, "notice", each.id), (each.answered_at, "notice_answered", each.id)]
    for shown in view.decisions:
        made = shown.decision
        steps.append((made.decided_at, "decided" if made.appeal is None else "appeal_decided", made.id))
        steps += [(given.given_at, given.outcome.value, made.id) for given, _ in shown.approvals]
        steps += [(one.applied_at, "applied", one.id) for one in made.measures]
        steps.append((made.effect_at, "effect_confirmed", made.id))
    steps += [(one.issued_at, "statement", one.id) for one in view.statements]
    steps += [(one.filed_at, "appealed", one.id) for one in view.appeals]
    steps.append((case.closed_at, "closed", case.id))
    happened = sorted(
        ((at, what, ref) for at, what, ref in steps if at is not None), key=lambda step: step[0]
    )
    return [{"at": rfc3339(at), "what": what, "ref": ref} for at, what, ref in happened]


def notice_for_staff(view: NoticeView) -> Json:
    return {
        **notice(view),
        "explanation": view.explanation,
        "name": view.notifier_name,
        "email": view.notifier_email,
        "language": view.language,
        "disclosed": view.disclosed,
    }


def notice(view: NoticeView) -> Json:
    """For whoever filed it."""
    return {
        "id": view.id,
        "state": "answered" if view.answered_at else "received",
        "category": view.category,
        "target": view.target_uri,
        "received_at": rfc3339(view.received_at),
        "outcome": view.outcome,
        "answered_at": instant(view.answered_at),
    }


def appeal(value: Appeal) -> Json:
    return {
        "id": value.id,
        "statement": value.statement,
        "case": value.case,
        "text": value.text,
        "state": value.state.value,
        "outcome": value.outcome.value if value.outcome else None,
        "reasons": value.reasons,
        "reviewed_by": value.reviewed_by,
        "filed_at": rfc3339(value.filed_at),
        "decided_at": instant(value.decided_at),
    }


def appeal_for_author(value: Appeal) -> Json:
    """Who reviewed it is the platform's matter: staff are not exposed to those they decide about."""
    return {name: field for name, field in appeal(value).items() if name != "reviewed_by"}


def appeal_whole(view: AppealView, language: Language) -> Json:
    disputed = view.disputed
    return {
        **appeal(view.appeal),
        "category": view.case.category,
        "target": view.case.target.id,
        "target_kind": view.case.target.kind.value,
        "plain": view.statement.body["plain"][language],
        "disputed": {
            "id": disputed.id,
            "ground": disputed.ground,
            "facts": disputed.facts,
            "decided_by": disputed.decided_by,
            "decided_at": rfc3339(disputed.decided_at),
            "measures": [measure(each) for each in disputed.measures],
        },
    }


def statement_head(value: Statement) -> Json:
    return {
        "id": value.id,
        "decision": value.decision,
        "member": value.member,
        "issued_at": rfc3339(value.issued_at),
        "appeal_until": rfc3339(value.appeal_until),
        "superseded_by": value.superseded_by,
    }


def statement(view: StatementView) -> Json:
    value = view.statement
    return {
        "id": value.id,
        "whole": view.whole,
        "issued_at": rfc3339(value.issued_at),
        "appeal_until": rfc3339(value.appeal_until),
        "in_force": value.superseded_by is None,
        **view.body,
        "appeal": appeal_for_author(view.appeal.appeal) if view.appeal else None,
    }


def inbox_item(item: InboxItem) -> Json:
    return {
        "id": item.id,
        "kind": item.kind,
        "subject": item.subject,
        "title": item.title.as_dict(),
        "body": item.body.as_dict(),
        "address": item.address,
        "created_at": rfc3339(item.created_at),
        "read_at": instant(item.read_at),
    }


def opening(value: Opening) -> Json:
    """Snapshots and disclosures are JSON; whatever else was attached goes as it is."""
    head: Json = {"id": value.id, "kind": value.kind, "subject": value.subject}
    if value.kind == "attachment":
        return {**head, "content_base64": base64.b64encode(value.content).decode()}
    content = json.loads(value.content)
    if value.kind == "disclosure":
        digest = hashlib.sha256(value.content).hexdigest()
        return {**head, "sha256": digest, **_disclosure(value.id, content)}
    if value.kind != "content":
        return {**head, "content": content}
    files = [f"/desk/api/v1/evidence/{value.id}/files/{file['id']}" for file in files_named(content)]
    return {**head, "content": content, "files": files}


def _disclosure(evidence: str, messages: list[Json]) -> Json:
    """The words; of photos the addresses."""
    words = [{name: value for name, value in one.items() if name != "picture"} for one in messages]
    return {"content": words, "files": [photo_address(evidence, number) for number in photos_in(messages)]}


def photos_in(messages: list[Json]) -> list[int]:
    """The places of the disclosed messages that come with a photo."""
    return [number for number, one in enumerate(messages) if one.get("picture")]


def photo_address(evidence: str, number: int) -> str:
    return f"/desk/api/v1/evidence/{evidence}/photos/{number}"


def files_named(snapshot: Json) -> list[Json]:
    """The files of a snapshot and of its history, each once."""
    holders = (snapshot, *(snapshot.get("versions") or ()))
    return list({file["id"]: file for holder in holders for file in holder.get("media") or ()}.values())
