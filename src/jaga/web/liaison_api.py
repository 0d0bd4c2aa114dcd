"""`/liaison/v1`: the direct line's signed API. The body is received only once its signature is known to be good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jaga.core.clock import rfc3339
from jaga.core.errors import MalformedInput, TooLarge, Unavailable
from jaga.core.ids import MalformedId, SubmissionId
from jaga.core.text import Text
from jaga.liaison.entries import digest_of
from jaga.liaison.errors import SubmissionNotFound
from jaga.liaison.line import LARGEST_BODY, Answer, DirectLine, FormalAnswer
from jaga.liaison.record import Caller, Filed, RunningClock, TargetRecord
from jaga.liaison.refusal import REFUSALS
from jaga.web.services import Services

PREFIX = "/liaison/v1/submissions"
_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}

AnyRequest = Request[Any, Any, Any]


class BodyTooLarge(TooLarge):
    code = "body_too_large"
    text = Text(
        id="Berkas beserta lampirannya melebihi {limit} byte. Kirim lampiran yang lebih kecil.",
        en="The submission with its attachments exceeds {limit} bytes. Send smaller attachments.",
    )


class MalformedLength(MalformedInput):
    code = "malformed_content_length"
    text = Text(id="Content-Length bukan angka.", en="Content-Length is not a number.")


@post(PREFIX, status_code=202, request_max_body_size=None)
async def submit(request: AnyRequest, services: NamedDependency[Services]) -> Response[dict[str, Any]]:
    """Submit a notice, flag, referral, order or request; the answer carries the receipt."""
    line = _line(services)
    caller, body = await _signed(request, line)
    return _json(answer_as_json(await line.submit(caller, body)), status=202)


@get(PREFIX + "/{submission_id:str}")
async def status(
    request: AnyRequest, services: NamedDependency[Services], submission_id: FromPath[str]
) -> Response[dict[str, Any]]:
    """How a submission of one's own authority stands."""
    line = _line(services)
    caller = await _caller(request, line)
    answer = await line.status(caller, _id(submission_id))
    return _json({**answer_as_json(answer), **_standing(answer.filed)})


@post(PREFIX + "/{submission_id:str}/replies", status_code=202, request_max_body_size=None)
async def reply(
    request: AnyRequest, services: NamedDependency[Services], submission_id: FromPath[str]
) -> Response[dict[str, Any]]:
    """Bring what was missing; the clock starts with the reply that completes the submission."""
    line = _line(services)
    caller, body = await _signed(request, line)
    return _json(answer_as_json(await line.reply(caller, _id(submission_id), body)), status=202)


@get(PREFIX + "/{submission_id:str}/feedback")
async def feedback(
    request: AnyRequest, services: NamedDependency[Services], submission_id: FromPath[str]
) -> Response[dict[str, Any]]:
    """The newest formal answer, with the receipt of its ledger entry."""
    line = _line(services)
    caller = await _caller(request, line)
    return _json(feedback_as_json(await line.feedback(caller, _id(submission_id))))


@post("/liaison/v1/visits", status_code=200, request_max_body_size=None)
async def visit(request: AnyRequest, services: NamedDependency[Services]) -> Response[dict[str, Any]]:
    """An address that opens the authority's pages in a browser, once."""
    caller, body = await _signed(request, _line(services))
    ticket = await services.visits.invite(caller, body)
    url = f"{services.public_url}/line/enter/{ticket.token.text}"
    return _json({"url": url, "expires_at": rfc3339(ticket.expires_at)})


# --- reading a request -------------------------------------------------------------------------------------------------


async def _signed(request: AnyRequest, line: DirectLine) -> tuple[Caller, bytes]:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal():
        raise MalformedLength
    if int(length) > LARGEST_BODY:
        raise BodyTooLarge(limit=LARGEST_BODY)
    return await _caller(request, line), await _body(request)


async def _caller(request: AnyRequest, line: DirectLine) -> Caller:
    path = (request.scope.get("raw_path") or request.scope["path"].encode()).decode("latin-1")
    query = request.scope.get("query_string", b"").decode("latin-1")
    return await line.authenticate(
        method=request.method,
        host=request.headers.get("host", ""),
        target=f"{path.partition('?')[0]}?{query}" if query else path.partition("?")[0],
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]
        ),
    )


async def _body(request: AnyRequest) -> bytes:
    """The body, or `BodyTooLarge` at the first byte too many, whatever was announced."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise BodyTooLarge(limit=LARGEST_BODY)
        chunks.append(chunk)
    return b"".join(chunks)


def _id(text: str) -> SubmissionId:
    try:
        return SubmissionId.parse(text)
    except MalformedId:
        raise SubmissionNotFound from None


class LineClosed(Unavailable):
    code = "line_closed"
    text = Text(id="Saluran langsung belum dibuka.", en="The direct line is not open yet.")


def _line(services: Services) -> DirectLine:
    if services.line is None:
        raise LineClosed
    return services.line


# --- rendering an answer -------------------------------------------------------------------------------------------------


def _json(body: dict[str, Any], *, status: int = 200) -> Response[dict[str, Any]]:
    return Response(body, status_code=status, media_type="application/json", headers=_HEADERS)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    filed = answer.filed
    body: dict[str, Any] = {
        "id": filed.id,
        "case": filed.case_id,
        "state": filed.state.value,
        "clocks": [_clock(clock) for clock in filed.clocks],
        "targets": [_target(record) for record in filed.targets],
        "receipt": answer.receipt,
    }
    if filed.missing:
        body["missing"] = [
            {"item": missing.item, "text": missing.text.as_dict()}
            | ({"uri": missing.uri} if missing.uri is not None else {})
            for missing in filed.missing
        ]
    if filed.refusal is not None:
        body["refusal"] = {"code": filed.refusal.value, "text": REFUSALS[filed.refusal].as_dict()}
    return body


def _standing(filed: Filed) -> Mapping[str, Any]:
    return {
        "kind": filed.kind.value,
        "regime": filed.regime,
        "category": filed.category or None,
        "urgency": filed.urgency,
        "external_ref": filed.external_ref,
        "issued_at": rfc3339(filed.issued_at),
        "received_at": rfc3339(filed.received_at),
        "complete_at": rfc3339(filed.complete_at) if filed.complete_at else None,
        "sop_version": filed.sop_version,
    }


def _clock(clock: RunningClock) -> dict[str, Any]:
    body = {
        "name": clock.name,
        "started_at": rfc3339(clock.started_at),
        "due_at": rfc3339(clock.due_at),
    }
    for name, at in (("stopped_at", clock.stopped_at), ("missed_at", clock.missed_at)):
        if at is not None:
            body[name] = rfc3339(at)
    return body


def _target(record: TargetRecord) -> dict[str, Any]:
    body: dict[str, Any] = {"uri": record.target.uri, "outcome": record.target.outcome.value}
    return body | ({"case": record.case_id} if record.case_id is not None else {})


def feedback_as_json(answer: FormalAnswer) -> dict[str, Any]:
    return {
        **answer.feedback.body,
        "sha256": digest_of(answer.feedback),
        "receipt": answer.receipt,
    }


routes = [submit, status, reply, feedback, visit]
