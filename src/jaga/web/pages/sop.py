"""`/transparency/sop`: the SOP in force as a document that people can read, point into and print."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from jaga.channels.member import Member
from jaga.core.errors import Unavailable
from jaga.sop.model import Category, Regime, Sop
from jaga.web.look import as_json, page, wants_json
from jaga.web.services import Services


@get(["/transparency/sop", "/transparency/sop.json"], include_in_schema=False)
async def sop_page(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
) -> Response[Any]:
    if services.sop is None:
        raise Unavailable
    if wants_json(request):
        return as_json(request, sop_document(services.sop))
    return page(request, "sop.html", section="sop", sop=services.sop, member=visitor)


def sop_document(sop: Sop) -> dict[str, object]:
    """The same as data: every sentence in both languages, every length in seconds."""
    return {
        "version": sop.version,
        "title": sop.title.as_dict(),
        "introduction": sop.introduction.as_dict(),
        "appeal_window_seconds": int(sop.appeal_window.total_seconds()),
        "evidence_kept_seconds": int(sop.evidence_kept.total_seconds()),
        "categories": [_category(category) for category in sop.categories.values()],
        "regimes": [_regime(regime) for regime in sop.regimes.values()],
    }


def _category(category: Category) -> dict[str, object]:
    return {
        "name": category.name,
        "title": category.title.as_dict(),
        "own_target_seconds": int(category.own_clock.length.total_seconds()),
        "automation": category.automation,
        "exemption_check": category.exemption_check,
        "approvals": {str(measure): count for measure, count in category.approvals.items()},
        "clauses": [
            {
                "id": clause.id,
                "title": clause.title.as_dict(),
                "text": clause.text.as_dict(),
                "illegal": clause.illegal,
                "legal_ground": clause.legal_ground,
            }
            for clause in category.clauses
        ],
    }


def _regime(regime: Regime) -> dict[str, object]:
    return {
        "name": regime.name,
        "title": regime.title.as_dict(),
        "jurisdiction": regime.jurisdiction,
        "clocks": [
            {
                "urgency": urgency,
                "name": clock.name,
                "seconds": int(clock.length.total_seconds()),
                "basis": clock.basis,
            }
            for urgency, clock in regime.clocks.items()
        ],
        "requirements": [
            {"item": requirement.item, "text": requirement.text.as_dict()}
            for requirement in regime.requirements
        ],
    }


routes = [sop_page]
