"""Joins store, domain and web: the one place that knows which implementation stands behind a port."""

from __future__ import annotations

from dataclasses import replace

from jaga.app.direct_line import direct_line, visits
from jaga.app.installation import Installation
from jaga.app.keys import joining_key
from jaga.app.ledger_files import CheckpointFile, ledger_signer
from jaga.app.open_side import open_side
from jaga.app.reading_back import ReadAsBots, ReadBack, ReadEverywhere
from jaga.app.reading_feed import ReadAsFollower
from jaga.app.sop_files import sop_in_force
from jaga.app.wire_cases import cases_of
from jaga.app.wire_members import accounts, member_sessions, sign_ins
from jaga.cases.carrying import CarryOut
from jaga.cases.knocks import Knocks
from jaga.cases.ports import LockAccount
from jaga.channels.bot_methods import BotApi
from jaga.channels.joining import Joining
from jaga.channels.media import Uploader
from jaga.channels.open_side import OpenSide
from jaga.channels.profile import PublicNames
from jaga.channels.profile_picture import PublicPictures
from jaga.channels.proof_of_work import ProofOfWork
from jaga.channels.registration import Registration
from jaga.core.clock import utc_now
from jaga.detect.client import DetectorClient
from jaga.store import jobs
from jaga.store.banks import Banks
from jaga.store.bots import BotRows
from jaga.store.database import Database, DatabaseUnavailable
from jaga.store.inbox_calls import InboxCalls
from jaga.store.integrator import Integrator
from jaga.store.joining import StoredJoining
from jaga.store.ledger import StoredLedger
from jaga.store.library import StoredLibrary
from jaga.store.members import Members
from jaga.store.picture_candidates import PictureCandidates
from jaga.transparency.counting import Counting
from jaga.web.services import Services


async def worker_answers(database: Database) -> bool:
    try:
        async with database.reading() as connection:
            return await jobs.worker_lives(connection)
    except DatabaseUnavailable:
        return False


def public_names(installation: Installation, database: Database) -> PublicNames:
    client = DetectorClient(installation.data.detector_socket, connections=1)
    return PublicNames(check=client.check, members=Members(database))


def public_pictures(installation: Installation, database: Database, uploader: Uploader) -> PublicPictures:
    client = DetectorClient(installation.data.detector_socket, connections=1)
    return PublicPictures(
        uploader=uploader,
        check=client.check,
        members=Members(database),
        candidates=PictureCandidates(database),
        clock=utc_now,
    )


def joining(installation: Installation, database: Database) -> Joining:
    return Joining(
        registration=Registration(installation.config.registration),
        proofs=ProofOfWork(joining_key(installation)),
        names=public_names(installation, database),
        accounts=accounts(installation),
        members=Members(database),
        store=StoredJoining(database),
        clock=utc_now,
    )


def carry_out(installation: Installation, database: Database, *, accounts: LockAccount) -> CarryOut:
    """The worker's part of a decision."""
    cases = cases_of(installation, database, receipts=ledger(installation, database))
    door = ReadBack.of(installation.config)
    readers = (door, ReadAsFollower(door), ReadAsBots(StoredLibrary(database)))
    return CarryOut(
        records=cases.carrying,
        accounts=accounts,
        read_publicly=ReadEverywhere(readers),
        clock=utc_now,
    )


def integrator(installation: Installation, database: Database) -> Integrator:
    return Integrator(
        database, ledger_signer(installation), CheckpointFile(installation.data.ledger_checkpoint)
    )


def ledger(installation: Installation, database: Database) -> StoredLedger:
    """Reads the ledger, and hands out receipts with or without a worker."""
    return StoredLedger(database, integrator(installation, database))


def bot_api(database: Database, open_side: OpenSide) -> BotApi:
    return BotApi(bots=BotRows(database, utc_now), open_side=open_side)


def front_door_services(installation: Installation, database: Database) -> Services:
    """With what only the front door may do: open accounts for whoever joins."""
    return replace(services(installation, database), joining=joining(installation, database))


def services(installation: Installation, database: Database) -> Services:
    homeserver = sign_ins(installation)
    detector = DetectorClient(installation.data.detector_socket, connections=1)
    stored_ledger = ledger(installation, database)
    channels = open_side(installation, database)
    cases = cases_of(installation, database, receipts=stored_ledger)

    async def ready() -> dict[str, bool]:
        return {
            "database": await database.answers(),
            "homeserver": await homeserver.answers(),
            "detector": await detector.answers(),
            "worker": await worker_answers(database),
        }

    return Services(
        clock=utc_now,
        server_name=installation.config.server_name,
        public_url=installation.config.public_url,
        ready=ready,
        sop=sop_in_force(installation.config),
        member_sessions=member_sessions(installation, database),
        open_side=channels,
        bot_api=bot_api(database, channels),
        ledger=stored_ledger,
        counting=Counting(stored_ledger),
        banks=Banks(database),
        line=direct_line(installation, database, stored_ledger),
        visits=visits(installation, database, stored_ledger),
        desk=cases.desk,
        office=cases.office,
        knocks=Knocks(InboxCalls(database), most=installation.config.feed_followers),
        entrance=cases.entrance,
    )
