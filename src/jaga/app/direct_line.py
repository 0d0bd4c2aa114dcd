"""Joins the direct line: its records, the case book behind them, and the evidence vault behind that."""

from __future__ import annotations

from jaga.app.installation import Installation
from jaga.app.keys import evidence_keys
from jaga.app.sop_files import sop_in_force
from jaga.core.clock import utc_now
from jaga.ledger.ports import Receipts
from jaga.liaison.line import DirectLine
from jaga.liaison.visit import Visits
from jaga.store.cases import CaseBook
from jaga.store.database import Database
from jaga.store.evidence import EvidenceVault
from jaga.store.liaison import LineRecords
from jaga.store.members import Sessions


def case_book(installation: Installation) -> CaseBook:
    """Opens cases under the SOP in force, and keeps what they are about in the evidence vault."""
    sop = sop_in_force(installation.config)
    return CaseBook(sop, EvidenceVault(vault=evidence_keys(installation), kept=sop.evidence_kept))


def line_records(installation: Installation, database: Database) -> LineRecords:
    return LineRecords(database, case_book(installation))


def direct_line(installation: Installation, database: Database, receipts: Receipts) -> DirectLine:
    return DirectLine(
        records=line_records(installation, database),
        receipts=receipts,
        sop=sop_in_force(installation.config),
        clock=utc_now,
        public_url=installation.config.public_url,
        server_name=installation.config.server_name,
    )


def visits(installation: Installation, database: Database, receipts: Receipts) -> Visits:
    return Visits(
        records=line_records(installation, database),
        receipts=receipts,
        sessions=Sessions(database),
        clock=utc_now,
    )
