"""The queue and one case: what it is about, its evidence, what happened, what may be decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup, escape

from jaga.cases.case import DECIDABLE
from jaga.cases.errors import PurposeMissing
from jaga.cases.ports import Opening
from jaga.cases.staff import Right
from jaga.cases.views import CaseFilter, CaseView, DecisionView
from jaga.channels.sessions import NoSession
from jaga.core.ids import CaseId, EvidenceId
from jaga.core.text import Text
from jaga.web.case_json import files_named, photo_address, photos_in
from jaga.web.language import language_of
from jaga.web.pages.desk.session import AtDesk, Form, at_desk, desk_page, to_sign_in
from jaga.web.services import Services

_OPENED = Text(id="Kasus dibuka", en="The case was opened")
_REPORTED = Text(id="Dilaporkan", en="Reported")
_DECIDED = Text(id="Putusan diajukan", en="A decision was proposed")
_BY_RULE = Text(id="Diputuskan otomatis oleh aturan", en="Decided automatically by the rule")
_APPROVED = Text(id="Disetujui", en="Approved")
_REJECTED = Text(id="Tidak disetujui", en="Rejected")
_EFFECTIVE = Text(id="Putusan berlaku", en="The decision took force")
_CONFIRMED = Text(id="Efek dipastikan di setiap jalur baca", en="The effect was confirmed on every read path")
_TOLD = Text(id="Penulis diberi alasan", en="The author was told the reasons")
_APPEALED = Text(id="Banding diajukan", en="An appeal was filed")
_ANSWERED = Text(id="Banding dijawab", en="The appeal was answered")
_CLOSED = Text(id="Kasus ditutup", en="The case was closed")


_NOT_SHOWN = frozenset({"text", "media", "entities", "version"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody has filled in, so that nothing is lost when the answer is no."""

    ground: str = ""
    measures: Sequence[str] = ()
    facts: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    text: Text
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file of opened evidence: a picture is blurred until it is asked for, all else is a download."""

    name: str
    mime: str
    size: int
    address: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Opened evidence as the page shows it."""

    html: Markup | None = None
    fields: Sequence[tuple[str, str]] = ()
    files: Sequence[ShownFile] = ()


@get("/desk", include_in_schema=False)
async def queue(
    request: Request[Any, Any, Any], services: NamedDependency[Services], after: FromQuery[str] = ""
) -> Response[Any]:
    try:
        who = await at_desk(request, services)
    except NoSession:
        return to_sign_in(request)
    wanted = wanted_of(request)
    rows = await services.desk.queue(who.staff, wanted, after=after or None)
    return desk_page(
        request,
        services,
        who,
        "queue.html",
        tab="queue",
        rows=rows.items,
        next=rows.next,
        wanted=wanted,
        filter_query=query_of(wanted),
    )


@get("/desk/cases/{id:str}", include_in_schema=False)
async def case(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str]
) -> Response[Any]:
    try:
        who = await at_desk(request, services)
    except NoSession:
        return to_sign_in(request)
    return await case_page(request, services, who, CaseId.parse(id))


@post("/desk/cases/{id:str}/evidence", include_in_schema=False, status_code=200)
async def evidence(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    id: FromPath[str],
    data: Form,
) -> Response[Any]:
    """Shown in the answer to this one request and never again without a purpose."""
    who = await at_desk(request, services)
    purpose, piece = str(data.get("purpose", "")).strip(), EvidenceId.parse(str(data.get("piece", "")))
    try:
        opened = await services.desk.open_evidence(who.staff, piece, purpose=purpose)
    except PurposeMissing as error:
        wrong = error.message(language_of(request))
        return await case_page(request, services, who, CaseId.parse(id), wrong=wrong)
    return await case_page(request, services, who, CaseId.parse(id), opened=opened, purpose=purpose)


async def case_page(
    request: Request[Any, Any, Any],
    services: Services,
    who: AtDesk,
    id: CaseId,
    *,
    chosen: Chosen | None = None,
    wrong: str = "",
    opened: Opening | None = None,
    purpose: str = "",
) -> Response[Any]:
    """The case beside the queue it stands in."""
    view = await services.desk.access_case(who.staff, id)
    wanted = wanted_of(request)
    rows = await services.desk.queue(who.staff, wanted)
    category = services.sop.categories.get(view.case.category) if services.sop else None
    return desk_page(
        request,
        services,
        who,
        "case.html",
        status=409 if wrong else 200,
        tab="queue",
        rows=rows.items,
        next=rows.next,
        wanted=wanted,
        filter_query=query_of(wanted),
        case=view.case,
        view=view,
        history=sorted(history_of(view), key=lambda event: event.at),
        chosen=chosen or Chosen(measures=_usual(view)),
        wrong=wrong,
        opened=shown(opened, view.signals) if opened else None,
        purpose=purpose,
        may_open=who.staff.may(Right.OPEN_EVIDENCE),
        may_decide=who.staff.may(Right.DECIDE),
        may_approve=who.staff.may(Right.APPROVE),
        decidable=view.case.state in DECIDABLE,
        spoken=spoken,
        submitted=await services.line.records.submissions_in(id) if services.line else (),
        approvals_of=lambda measure: category.approvals.get(measure, 0) if category else 0,
        usual_days=category.suspension.days if category else "",
        exemption=category is not None and category.exemption_check,
    )


def wanted_of(request: Request[Any, Any, Any]) -> CaseFilter:
    state = request.query_params.get("state", "")
    return CaseFilter(
        states=(state,) if state else (),
        category=request.query_params.get("category") or None,
        target=request.query_params.get("target") or None,
    )


def query_of(wanted: CaseFilter) -> str:
    """The filter as the end of an address, or nothing."""
    said = {"category": wanted.category, "state": "".join(wanted.states), "target": wanted.target}
    kept = {name: value for name, value in said.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def spoken(view: DecisionView) -> list[str]:
    """Who has had their say on a decision."""
    return [approval.staff for approval, _ in view.approvals]


def history_of(view: CaseView) -> Iterator[Happened]:
    """Every step of the case, from its records."""
    yield Happened(view.case.opened_at, _OPENED)
    yield from (Happened(notice.received_at, _REPORTED) for notice in view.notices)
    for one in view.decisions:
        yield from _steps(one)
    yield from (Happened(statement.issued_at, _TOLD) for statement in view.statements)
    for appeal in view.appeals:
        yield Happened(appeal.filed_at, _APPEALED)
        if appeal.decided_at is not None:
            yield Happened(appeal.decided_at, _ANSWERED)
    if view.case.closed_at is not None:
        yield Happened(view.case.closed_at, _CLOSED)


def _steps(one: DecisionView) -> Iterator[Happened]:
    decision = one.decision
    by = one.decided_by_name or ""
    yield Happened(decision.decided_at, _DECIDED if by else _BY_RULE, by)
    for approval, name in one.approvals:
        yield Happened(
            approval.given_at, _APPROVED if approval.outcome.value == "approve" else _REJECTED, name
        )
    if decision.effective_from is not None:
        yield Happened(decision.effective_from, _EFFECTIVE)
    if decision.effect_at is not None:
        yield Happened(decision.effect_at, _CONFIRMED)


def _usual(view: CaseView) -> tuple[str, ...]:
    """What is ticked at first: taking down the thing itself."""
    return ("remove_post",) if "remove_post" in view.measures_open else ()


def shown(opened: Opening, signals: Sequence[Mapping[str, Any]]) -> Shown:
    """A snapshot of a post with the findings marked; anything else as text."""
    try:
        content = json.loads(opened.content)
    except (ValueError, UnicodeDecodeError):
        return Shown(fields=[(opened.kind, opened.content.decode("utf-8", "replace"))])
    if isinstance(content, list):
        messages = [one for one in content if isinstance(one, dict)]
        return Shown(
            fields=[(str(one.get("sender", "")), str(one.get("text", ""))) for one in messages],
            files=[disclosed_photo(opened.id, number, messages[number]) for number in photos_in(messages)],
        )
    if not isinstance(content, dict):
        return Shown(fields=[(opened.kind, str(content))])
    text = str(content.get("text") or "")
    rest = [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in content.items()
        if name not in _NOT_SHOWN and value
    ]
    return Shown(
        html=marked(text, signals) if text else None, fields=rest, files=files_of(opened.id, content)
    )


def disclosed_photo(evidence: EvidenceId, number: int, message: Mapping[str, Any]) -> ShownFile:
    size = len(str(message["picture"]["content"])) * 3 // 4
    name, address = str(message.get("sender", "")), photo_address(evidence, number)
    return ShownFile(name=name, mime="image/jpeg", size=size, address=address, picture=True)


def files_of(evidence: EvidenceId, snapshot: dict[str, Any]) -> list[ShownFile]:
    return [
        ShownFile(
            name=one.get("file_name") or "",
            mime=one.get("mime", ""),
            size=int(one.get("size") or 0),
            address=f"/desk/api/v1/evidence/{evidence}/files/{one['id']}",
            picture=bool(one.get("thumbnail")),
        )
        for one in files_named(snapshot)
    ]


def marked(text: str, signals: Sequence[Mapping[str, Any]]) -> Markup:
    """`text` with what the signals point at in it, escaped."""
    spans = sorted(
        (int(one["start"]), int(one["end"]))
        for one in signals
        if one.get("field") in {"text", "caption"} and 0 <= int(one["start"]) < int(one["end"]) <= len(text)
    )
    parts, at = [], 0
    for start, end in spans:
        if start < at:
            continue
        parts += [escape(text[at:start]), Markup("<mark>%s</mark>") % text[start:end]]
        at = end
    return Markup().join([*parts, escape(text[at:])])


routes = [queue, case, evidence]
