"""Keeps the bank in memory equal to the stored one."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import structlog

from jaga.core.errors import Unavailable
from jaga.detect.bank import Bank, BankChange
from jaga.detect.entry import Entry
from jaga.detect.ports import LoadBank, WatchBank
from jaga.detect.service import DetectorService
from jaga.detect.terms import Automaton

log = structlog.get_logger(__name__)

_AGAIN_AFTER = 0.5


async def load_whole(load: LoadBank) -> Bank:
    """The bank in force, as soon as it can be had. Until then nothing may be answered."""
    while True:
        try:
            return await asyncio.to_thread(Bank, await _whole(load))
        except Unavailable:
            log.warning("bank_not_reachable")
            await asyncio.sleep(_AGAIN_AFTER)


async def _whole(load: LoadBank) -> BankChange:
    version, entries = 0, list[Entry]()
    async for portion in load(0):
        version = portion.version
        entries += portion.added
    return BankChange(version, tuple(entries))


async def follow(service: DetectorService, load: LoadBank, watch: WatchBank) -> None:
    """Bring every change into force; while the store is away, the last bank stays."""
    away = False
    async with aclosing(watch()) as changes:
        async for _ in changes:
            try:
                await catch_up(service, load)
                away = False
            except Unavailable:
                if not away:
                    log.warning("bank_not_reachable", kept_version=service.bank.version)
                away = True


async def catch_up(service: DetectorService, load: LoadBank) -> None:
    before = service.bank.version
    async with aclosing(load(before)) as portions:
        async for portion in portions:
            if portion.version < before:
                service.bank = await load_whole(load)
                break
            await _bring_into_force(service.bank, portion)
    if service.bank.version != before:
        log.info("bank_in_force", version=service.bank.version, **service.bank.counts())


async def _bring_into_force(bank: Bank, portion: BankChange) -> None:
    plan = bank.plan(portion)
    # Beside the event loop; questions are answered meanwhile.
    built = None if plan is None else await asyncio.to_thread(Automaton, plan.entries)
    bank.apply(portion, kept=plan.kept if plan else 0, built=built)
