"""Term banks: what is in force, added, removed. Every change is an entry of the ledger."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jaga.cases.staff import Right, require
from jaga.channels.sessions import NoSession
from jaga.core.errors import JagaError
from jaga.core.ids import BankEntryId
from jaga.detect.entry import Listed, parse_wording
from jaga.detect.ports import NoSuchEntry
from jaga.web.forms import see
from jaga.web.language import language_of
from jaga.web.pages.desk.session import AtDesk, Form, at_desk, desk_page, to_sign_in
from jaga.web.services import Services

PAGE = 100
_EMPTY = {"kind": "term", "term": "", "category": "", "outcome": "hold", "source": ""}


@get("/desk/banks", include_in_schema=False)
async def banks(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[Any]:
    try:
        who = await at_desk(request, services)
    except NoSession:
        return to_sign_in(request)
    return await _banks(request, services, who, q=q, after=after)


@post("/desk/banks", include_in_schema=False)
async def add(
    request: Request[Any, Any, Any], services: NamedDependency[Services], data: Form
) -> Response[Any]:
    who = await at_desk(request, services)
    require(who.staff, Right.KEEP_BANKS)
    typed = {name: str(data.get(name, "")) for name in _EMPTY}
    try:
        await services.banks.add(parse_wording(**typed), by=who.staff.id, now=services.clock())
    except JagaError as error:
        return await _banks(request, services, who, typed=typed, wrong=error.message(language_of(request)))
    return see("/desk/banks")


@post("/desk/banks/{id:str}/remove", include_in_schema=False, status_code=200)
async def remove(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str], data: Form
) -> Response[Any]:
    who, entry_id = await at_desk(request, services), BankEntryId.parse(id)
    require(who.staff, Right.KEEP_BANKS)
    if data.get("step") == "do":
        await services.banks.remove(entry_id, by=who.staff.id, now=services.clock())
        return see("/desk/banks")
    entry = next((one for one in await services.banks.listed() if one.id == entry_id), None)
    if entry is None:
        raise NoSuchEntry(entry=entry_id)
    return desk_page(request, services, who, "bank-remove.html", tab="banks", entry=entry)


async def _banks(
    request: Request[Any, Any, Any],
    services: Services,
    who: AtDesk,
    *,
    q: str = "",
    after: str = "",
    typed: dict[str, str] | None = None,
    wrong: str = "",
) -> Response[Any]:
    require(who.staff, Right.READ)
    found = [entry for entry in reversed(await services.banks.listed()) if _fits(entry, q)]
    start = next((at + 1 for at, entry in enumerate(found) if entry.id == after), 0)
    entries = found[start : start + PAGE]
    return desk_page(
        request,
        services,
        who,
        "banks.html",
        status=409 if wrong else 200,
        tab="banks",
        entries=entries,
        total=len(found),
        next=entries[-1].id if len(found) > start + PAGE else None,
        q=q,
        typed=typed or _EMPTY,
        wrong=wrong,
        may_keep=who.staff.may(Right.KEEP_BANKS),
    )


def _fits(entry: Listed, q: str) -> bool:
    wanted = q.strip().casefold()
    return not wanted or wanted in entry.wording.term.casefold() or wanted == entry.id


routes = [banks, add, remove]
