"""`/transparency`: the numbers, counted from the ledger; every page also as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jaga.channels.member import Member
from jaga.transparency.report import numbers_document, parse_scope
from jaga.transparency.tally import Scope, Tally, weeks_until
from jaga.web.look import as_json, page, wants_json
from jaga.web.services import Services

WEEKS_SHOWN = 12
CHART_HEIGHT = 150


@get(["/transparency", "/transparency.json"], include_in_schema=False)
async def numbers(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
) -> Response[Any]:
    tallies, head = await services.counting.numbers()
    if wants_json(request):
        return as_json(request, numbers_document(tallies, Scope(), head))
    return page(
        request,
        "transparency.html",
        section="transparency",
        member=visitor,
        tally=tallies.of(Scope()),
        periods=tallies.periods,
        head=head,
        chart=chart_of(tallies.of(Scope()), services.clock()),
        sop=services.sop,
    )


@get(["/transparency/reports/{period:str}"], include_in_schema=False)
async def report(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    period: FromPath[str],
    country: FromQuery[str] = "",
) -> Response[Any]:
    scope = parse_scope(period.removesuffix(".json"), country)
    tallies, head = await services.counting.numbers()
    if wants_json(request):
        return as_json(request, numbers_document(tallies, scope, head))
    return page(
        request,
        "report.html",
        section="transparency",
        member=visitor,
        tally=tallies.of(scope),
        scope=scope,
        jurisdictions=tallies.jurisdictions,
        head=head,
        sop=services.sop,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the chart; heights in the chart's own units."""

    monday: datetime
    orders: int
    notices: int
    x: float
    orders_height: float
    notices_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    top: int
    """The value of the upper line."""


def chart_of(tally: Tally, now: datetime) -> Chart:
    weeks = [
        (monday, tally.weeks[monday, "order"], tally.weeks[monday, "notice"])
        for monday in weeks_until(now, WEEKS_SHOWN)
    ]
    top = _round_up(max((orders + notices for _, orders, notices in weeks), default=0))
    bars = tuple(
        Bar(
            monday=datetime.combine(date.fromisoformat(monday), datetime.min.time(), tzinfo=now.tzinfo),
            orders=orders,
            notices=notices,
            x=46 + index * 43.0,
            orders_height=CHART_HEIGHT * orders / top,
            notices_height=CHART_HEIGHT * notices / top,
        )
        for index, (monday, orders, notices) in enumerate(weeks)
    )
    return Chart(bars, top)


def _round_up(highest: int) -> int:
    """The next number that divides into four lines, as 4, 8, 20, 40, 80 and 200 do."""
    step = 4
    while step < highest:
        step = step * 5 // 2 if str(step).startswith("8") else step * 2
    return step


routes = [numbers, report]
