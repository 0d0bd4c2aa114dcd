"""A report of one period: which one is asked for, and its numbers as data."""

from __future__ import annotations

import re

from jaga.core.errors import NotFound
from jaga.core.text import Text
from jaga.transparency.counting import Head
from jaga.transparency.tally import Scope, Tallies

_PERIOD = re.compile(r"\d{4}-Q[1-4]", re.ASCII)
_JURISDICTION = re.compile(r"[A-Z_]{2,6}")


class NoSuchReport(NotFound):
    code = "no_such_report"
    text = Text(
        id="Laporan ada untuk setiap triwulan, ditulis seperti 2026-Q4; negara ditulis dengan huruf besar, seperti ID.",
        en="There is a report for each quarter, written like 2026-Q4; a country is written in capitals, like ID.",
    )


def parse_scope(period: str, jurisdiction: str) -> Scope:
    """The quarter, and the jurisdiction or empty for all. Raises `NoSuchReport`."""
    if not _PERIOD.fullmatch(period) or (jurisdiction and not _JURISDICTION.fullmatch(jurisdiction)):
        raise NoSuchReport
    return Scope(period, jurisdiction)


def numbers_document(tallies: Tallies, scope: Scope, head: Head) -> dict[str, object]:
    """The numbers as data, with the checkpoint that anyone can count them again at."""
    tally = tallies.of(scope)
    to_effect = tally.median_to_effect
    return {
        "period": scope.period or None,
        "jurisdiction": scope.jurisdiction or None,
        "counted_at": {"ledger_size": head.size, "root_hash": head.root},
        "entries": tally.entries,
        "submissions": {"by_kind": tally.submissions, "by_regime": tally.submissions_by_regime},
        "data_requests": {
            "received": tally.data_requests,
            "answered_with_data": 0,
            "refused": tally.data_refusals,
        },
        "refusals": tally.refusals,
        "turned_away": tally.turned_away,
        "notices": tally.notices,
        "refused_before_publication": tally.refused_posts,
        "held_for_review": tally.held_posts,
        "decisions_by_people": tally.decisions,
        "measures": tally.measures,
        "statements_of_reasons": tally.statements,
        "effects": {
            "in_time": tally.in_time,
            "late": tally.late,
            "median_seconds_from_order": to_effect.total_seconds() if to_effect else None,
        },
        "missed_deadlines": tally.breaches,
        "appeals": {"filed": tally.appeals, "outcomes": tally.appeal_outcomes},
    }
