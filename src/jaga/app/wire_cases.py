"""Joins the parts of cases: vault, records, desk, office, entrance, and what others build on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from jaga.app.installation import Installation
from jaga.app.keys import evidence_keys
from jaga.app.sop_files import sop_in_force
from jaga.cases.desk import Desk
from jaga.cases.entrance import Entrance
from jaga.cases.office import Office
from jaga.core.clock import utc_now
from jaga.ledger.ports import Receipts
from jaga.sop.model import Sop
from jaga.store.automatic import AutomaticCases
from jaga.store.blobs import FileBlobs
from jaga.store.carrying import StoredCarrying
from jaga.store.case_reader import StoredCaseReader
from jaga.store.case_work import CaseRecords
from jaga.store.cases import CaseBook
from jaga.store.database import Database
from jaga.store.evidence import EvidenceVault
from jaga.store.members import Sessions
from jaga.store.outcomes import Outcomes
from jaga.store.put_away import FileKeeper
from jaga.store.staff import StoredStaff
from jaga.store.targets import OpenSide
from jaga.store.vault_files import VaultFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Everything about cases, ready to use."""

    desk: Desk
    office: Office
    entrance: Entrance
    carrying: StoredCarrying
    automatic: AutomaticCases
    """For the publisher: what a verdict leaves behind."""

    book: CaseBook
    """For the direct line: opens or joins cases."""


def cases_of(installation: Installation, database: Database, *, receipts: Receipts) -> Cases:
    sop = sop_in_force(installation.config)
    vault = evidence_keys(installation)
    evidence = EvidenceVault(vault=vault, kept=sop.evidence_kept)
    open_side = OpenSide(
        public_url=installation.config.public_url, server_name=installation.config.server_name
    )
    records = CaseRecords(
        database=database, sop=sop, evidence=evidence, outcomes=Outcomes(), open_side=open_side
    )
    reader = StoredCaseReader(database=database, sop=sop, vault=vault, open_side=open_side)
    files = FileKeeper(
        database, FileBlobs(installation.data.media), VaultFiles(installation.data.vault, vault)
    )
    return Cases(
        desk=Desk(records=records, reader=reader, sop=sop, clock=utc_now, read_file=files.pieces),
        office=Office(records=records, reader=reader, vault=vault, sop=sop, clock=utc_now, receipts=receipts),
        entrance=entrance_of(installation, database),
        carrying=StoredCarrying(database=database, evidence=evidence, outcomes=Outcomes(), files=files),
        automatic=automatic_cases(installation, sop),
        book=CaseBook(sop, evidence),
    )


def automatic_cases(installation: Installation, sop: Sop) -> AutomaticCases:
    evidence = EvidenceVault(vault=evidence_keys(installation), kept=sop.evidence_kept)
    return AutomaticCases(sop=sop, evidence=evidence, public_url=installation.config.public_url)


def entrance_of(installation: Installation, database: Database) -> Entrance:
    return Entrance(
        directory=StoredStaff(database),
        sessions=Sessions(database),
        vault=evidence_keys(installation),
        clock=utc_now,
        server_name=installation.config.server_name,
    )


@asynccontextmanager
async def opened_entrance(installation: Installation) -> AsyncIterator[Entrance]:
    """For a command."""
    database = Database(installation.server.url(), pool_size=1)
    try:
        yield entrance_of(installation, database)
    finally:
        await database.close()
