"""The statement of reasons (DSA 17): what was done, why, how it was found, and how to appeal; in both languages.

Plain words come first, the fields of law below them. It is written in the transaction that makes the decision effective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jaga.cases.case import Case, Source
from jaga.cases.decision import Decision
from jaga.cases.measure import Act, CaseMeasure
from jaga.cases.target import Target, TargetKind
from jaga.core.clock import rfc3339
from jaga.core.ids import DecisionId, MeasureId, MemberId, StatementId
from jaga.core.text import LANGUAGES, Language, Text, written_day
from jaga.sop.model import Category, Clause, Sop

_RESTRICTED: dict[Act, Text] = {
    Act.REFUSE_PUBLICATION: Text(
        id="Ini tidak diterbitkan. Tidak ada pembaca yang melihatnya.",
        en="This was not published. No reader has seen it.",
    ),
    Act.REMOVE_POST: Text(
        id="Kiriman Anda dihapus dari kanal.", en="Your post was removed from the channel."
    ),
    Act.CLOSE_CHANNEL: Text(
        id="Kanal Anda ditutup. Isinya tidak dapat dibaca siapa pun.",
        en="Your channel was closed. Nobody can read what it holds.",
    ),
    Act.SUSPEND_POSTING: Text(
        id="Anda tidak dapat mengirim di kanal publik selama {days} hari. Membaca dan obrolan pribadi tetap bisa.",
        en="You cannot post in public channels for {days} days. Reading and private chats go on.",
    ),
    Act.SUSPEND_ACCOUNT: Text(
        id="Akun Anda ditangguhkan. Obrolan pribadi Anda tidak dibuka dan tidak dihapus.",
        en="Your account was suspended. Your private chats were neither opened nor deleted.",
    ),
}
_FOUND: dict[Source, Text] = {
    Source.REFUSED_POST: Text(
        id="Sistem menemukannya secara otomatis karena cocok dengan daftar yang berlaku. Belum ada orang yang menilainya.",
        en="The system found it automatically because it matches a list in force. No person has looked at it yet.",
    ),
    Source.HELD_POST: Text(
        id="Sistem menahannya secara otomatis, lalu seorang petugas memutuskan.",
        en="The system held it automatically, then a person decided.",
    ),
    Source.NOTICE: Text(
        id="Ada yang melaporkannya, lalu seorang petugas memutuskan.",
        en="Somebody reported it, then a person decided.",
    ),
    Source.SUBMISSION: Text(
        id="Sebuah lembaga berwenang memintanya, lalu seorang petugas kami memutuskan menurut SOP.",
        en="An authority asked for it, then a person of ours decided under the SOP.",
    ),
}
_BECAUSE = Text(
    id="Dasarnya {clause}: {title.id}. {text.id}", en="The ground is {clause}: {title.en}. {text.en}"
)
_REDRESS = Text(
    id="Anda dapat mengajukan banding gratis sampai {until.id}. Orang yang tidak ikut memutuskan akan menjawabnya. Anda "
    "juga dapat menempuh penyelesaian di luar pengadilan atau jalur pengadilan.",
    en="You can appeal free of charge until {until.en}. Somebody who had no part in the decision answers it. Out-of-court "
    "settlement and the courts are open to you as well.",
)
_SOURCE_TYPE = {
    Source.REFUSED_POST: "SOURCE_VOLUNTARY",
    Source.HELD_POST: "SOURCE_VOLUNTARY",
    Source.NOTICE: "SOURCE_ARTICLE_16",
    # The public database has no word for orders (DSA 17(5)); ours is kept and never sent there.
    Source.SUBMISSION: "ORDER",
}
_CONTENT_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    id: StatementId
    decision: DecisionId
    member: MemberId
    language: Language
    body: dict[str, Any]
    issued_at: datetime
    appeal_until: datetime
    superseded_by: DecisionId | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """A statement with the measures that it gives the reasons for."""

    statement: Statement
    measures: tuple[MeasureId, ...]


def affected(case: Case, measure: CaseMeasure) -> MemberId | None:
    """Whom a restriction takes something from: the account itself, the channel's owner, the post's author."""
    if measure.act not in _RESTRICTED:
        return None
    match measure.target.kind:
        case TargetKind.MEMBER:
            return MemberId(measure.target.id)
        case TargetKind.CHANNEL:
            return case.concerned.owner or case.concerned.author
        case TargetKind.POST:
            return case.concerned.author
        case TargetKind.NONE:
            return None


def write_statements(
    case: Case, decision: Decision, sop: Sop, languages: dict[MemberId, Language], *, now: datetime
) -> list[Reasons]:
    """One statement for each person whom the decision restricts."""
    people: dict[MemberId, list[CaseMeasure]] = {}
    for measure in decision.measures:
        member = affected(case, measure)
        if member is not None:
            people.setdefault(member, []).append(measure)
    return [
        Reasons(
            _statement(case, decision, measures, member, languages.get(member, "id"), sop=sop, now=now),
            tuple(measure.id for measure in measures),
        )
        for member, measures in people.items()
    ]


def _statement(
    case: Case,
    decision: Decision,
    measures: Sequence[CaseMeasure],
    member: MemberId,
    language: Language,
    *,
    sop: Sop,
    now: datetime,
) -> Statement:
    until = now + sop.appeal_window
    category, clause = _ground(case, decision, sop)
    return Statement(
        id=StatementId.new(),
        decision=decision.id,
        member=member,
        language=language,
        body={
            "plain": {each: _plain(case, measures, clause, until=until, language=each) for each in LANGUAGES},
            "restrictions": [_restriction(measure, now) for measure in measures],
            "territorial_scope": ["GLOBAL"],
            "facts": decision.facts,
            "source_type": _SOURCE_TYPE[case.source],
            "automated_detection": case.source in (Source.REFUSED_POST, Source.HELD_POST),
            "automated_decision": decision.automation.value,
            "category": {"name": category.name, "title": category.title.as_dict()},
            "ground": _ground_fields(clause),
            "redress": {
                "appeal_until": rfc3339(until),
                "internal": True,
                "out_of_court": True,
                "court": True,
            },
            "sop_version": decision.sop_version,
            "case": case.id,
        },
        issued_at=now,
        appeal_until=until,
    )


def _ground(case: Case, decision: Decision, sop: Sop) -> tuple[Category, Clause]:
    found = sop.clause(decision.ground) if decision.ground else None
    if found is not None:
        return found
    category = case.categories(sop)[0]
    return category, category.clauses[0]


def _plain(
    case: Case, measures: Sequence[CaseMeasure], clause: Clause, *, until: datetime, language: Language
) -> list[str]:
    done = [_RESTRICTED[measure.act].format(days=measure.days).in_(language) for measure in measures]
    because = _BECAUSE.format(clause=clause.id, title=clause.title, text=clause.text).in_(language)
    redress = _REDRESS.format(until=written_day(until)).in_(language)
    return [*done, because, _FOUND[case.source].in_(language), redress]


def _restriction(measure: CaseMeasure, now: datetime) -> dict[str, Any]:
    until = now + timedelta(days=measure.days) if measure.days is not None else None
    return {
        "measure": measure.act.value,
        "target": {"kind": measure.target.kind.value, "id": measure.target.id},
        "from": rfc3339(now),
        "until": until and rfc3339(until),
    }


def _ground_fields(clause: Clause) -> dict[str, Any]:
    """DSA transparency database: one decision group, illegal or incompatible."""
    return {
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"
        if clause.illegal
        else "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "clause": clause.id,
        "title": clause.title.as_dict(),
        "text": clause.text.as_dict(),
        "legal_ground": clause.legal_ground,
    }


def reduced(body: dict[str, Any]) -> dict[str, Any]:
    """What anyone may read of a statement: measures, ground and procedure, nothing about a person or a post."""
    public = (
        "territorial_scope",
        "source_type",
        "automated_detection",
        "automated_decision",
        "category",
        "ground",
    )
    return {
        **{field: body[field] for field in public},
        "restrictions": [
            {key: value for key, value in restriction.items() if key != "target"}
            for restriction in body["restrictions"]
        ],
        "sop_version": body["sop_version"],
    }


def about(target: Target) -> Text:
    """The target in a word, for titles."""
    return {
        TargetKind.POST: Text(id="kiriman Anda", en="your post"),
        TargetKind.CHANNEL: Text(id="kanal Anda", en="your channel"),
        TargetKind.MEMBER: Text(id="akun Anda", en="your account"),
        TargetKind.NONE: Text(id="permintaan Anda", en="your request"),
    }[target.kind]
