"""Keeps the bank in memory equal to the stored one."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import structlog

from jaga.core.errors import Unavailable
from jaga.detect.bank import Bank
from jaga.detect.ports import LoadBank, WatchBank
from jaga.detect.service import DetectorService
from jaga.detect.terms import Automaton

log = structlog.get_logger(__name__)

_AGAIN_AFTER = 0.5


async def load_whole(load: LoadBank) -> Bank:
    """The bank in force, as soon as it can be had. Until then nothing may be answered."""
    while True:
        try:
            return await asyncio.to_thread(Bank, await load(0))
        except Unavailable:
            log.warning("bank_not_reachable")
            await asyncio.sleep(_AGAIN_AFTER)


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
    bank = service.bank
    change = await load(bank.version)
    if change.version == bank.version:
        return
    if change.version < bank.version:
        service.bank = await load_whole(load)
    else:
        plan = bank.plan(change)
        if plan is None:
            bank.apply(change)
        else:
            # Beside the event loop and one by one, so that questions are answered meanwhile.
            built = [await asyncio.to_thread(Automaton, part) for part in plan.parts]
            bank.apply(change, kept=plan.kept, built=built)
    log.info("bank_in_force", version=service.bank.version, **service.bank.counts())
