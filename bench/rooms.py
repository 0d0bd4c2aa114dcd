"""What the guard costs in rooms of 2, 100 and 500 members, and what it would cost if it were shown the whole room.

Three Synapses of the same configuration take blocks of messages by turns: plain, with our module, and with the guard
as Synapse asks it of itself (`bench.whole_state`). CPU of each process alone; the ratios say more than the numbers.
The first two also as three processes each, asked as the front door asks them; then one against three under load.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp
from tests.helpers.sealed import encrypted

from bench.figures import Figure, median
from bench.load import for_seconds
from bench.stands import SERVER_NAME, Homeserver, synapse_with
from jaga.web.front_door_split import socket_for

SIZES = (2, 100, 500)
TURNS, MESSAGES = 40, 8  # short blocks by turns: whatever else the machine does, it does to each alike
_NAMES = [f"ukur{number}" for number in range(max(SIZES) - 1)]
_LIMIT = {"room_member_limit": 1000}
_GUARD: list[dict[str, object]] = [{"module": "jaga.homeserver.module.SealedSide", "config": _LIMIT}]
_WHOLE: list[dict[str, object]] = [{"module": "bench.whole_state.WholeState", "config": _LIMIT}]
VARIANTS = {"plain": list[dict[str, object]](), "guarded": _GUARD, "guarded by the whole state": _WHOLE}
_CLIENT = "/_matrix/client/v3"
_SEVERAL = 3
_SENDERS, _SECONDS, _LOADS = 12, 5.0, 3


@dataclass
class Seat:
    """Somebody signed in at one of the set-ups."""

    variant: str
    server: Homeserver
    token: str
    sessions: dict[Path, aiohttp.ClientSession]
    blocks: list[float] = field(default_factory=list)

    @property
    def processes(self) -> int:
        return len(self.server.sockets)

    async def ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """At the process that the front door would ask."""
        session = self.sessions[socket_for(path, self.token.encode(), self.server.sockets)]
        headers = {"Authorization": f"Bearer {self.token}"}
        async with session.request(method, f"http://synapse{path}", json=body, headers=headers) as answer:
            content: dict[str, Any] = await answer.json()
            assert answer.status == 200, content
            return content

    async def room_of(self, members: int) -> str:
        """The owner and so many invited less one: what counts is the events of state."""
        invited = [f"@{name}:{SERVER_NAME}" for name in _NAMES[: members - 1]]
        created = await self.ask(
            "POST", f"{_CLIENT}/createRoom", {"preset": "private_chat", "invite": invited}
        )
        return str(created["room_id"])

    async def send(self, room: str, transaction: str) -> None:
        await self.ask("PUT", f"{_CLIENT}/rooms/{room}/send/m.room.encrypted/{transaction}", encrypted())

    async def cpu_of_block(self, room: str, turn: int) -> float:
        """CPU seconds a message, of all processes of Synapse."""
        before = self.server.cpu_seconds()
        for number in range(MESSAGES):
            await self.send(room, f"{turn}-{number}")
        return (self.server.cpu_seconds() - before) / MESSAGES


@contextlib.asynccontextmanager
async def _seated(servers: dict[tuple[str, int], Homeserver]) -> AsyncIterator[list[Seat]]:
    async with contextlib.AsyncExitStack() as stack:
        seats = []
        for (variant, _), server in servers.items():
            sessions = {
                socket: await stack.enter_async_context(server.session(socket)) for socket in server.sockets
            }
            seats.append(Seat(variant, server, await server.member(), sessions))
        yield seats


async def _measure(servers: dict[tuple[str, int], Homeserver]) -> list[Figure]:
    async with _seated(servers) as seats:
        costs = [figure for members in SIZES for figure in await _costs(members, seats)]
        return [*costs, await _throughput([seat for seat in seats if seat.variant == "guarded"])]


async def _costs(members: int, seats: list[Seat]) -> list[Figure]:
    """Blocks of messages by turns, so that a noisy neighbor hits all alike."""
    rooms = await asyncio.gather(*(seat.room_of(members) for seat in seats))
    for seat in seats:
        seat.blocks = []
    for turn in range(TURNS + 1):
        for seat, room in zip(seats, rooms, strict=True):
            used = await seat.cpu_of_block(room, turn)
            if turn:  # the first fills caches
                seat.blocks.append(used)
    plain = {seat.processes: seat for seat in seats if seat.variant == "plain"}
    return [_cost(members, seat, plain[seat.processes]) for seat in seats if seat.variant != "plain"]


def _cost(members: int, seat: Seat, plain: Seat) -> Figure:
    ratios = [one / other for one, other in zip(seat.blocks, plain.blocks, strict=True)]
    ratio, (low, _, high) = median(ratios), quantiles(ratios, n=4)
    processes = "" if seat.processes == 1 else f", {seat.processes} processes"
    return Figure(
        what=f"CPU of Synapse per private message, {members} members, {seat.variant}{processes}",
        value=median(seat.blocks) * 1000,
        unit="ms",
        baseline=median(plain.blocks) * 1000,
        budget="<= 1.05 x plain" if seat.variant == "guarded" else "",
        met=ratio <= 1.05 if seat.variant == "guarded" else None,
        note=f"{TURNS} blocks of {MESSAGES} by turns; the median of their ratios is {ratio:.3f}, "
        f"half of them are within {low:.2f} and {high:.2f}",
    )


async def _throughput(seats: list[Seat]) -> Figure:
    """Senders in rooms of their own, at the single process and at several by turns."""
    rooms = [[await seat.room_of(1) for _ in range(_SENDERS)] for seat in seats]
    rates: dict[int, list[float]] = {seat.processes: [] for seat in seats}
    for turn in range(_LOADS):
        for seat, own in zip(seats, rooms, strict=True):
            load = await for_seconds(_SECONDS, [_sender(seat, room, turn) for room in own])
            rates[seat.processes].append(load.per_second)
    ratio = median([many / one for many, one in zip(rates[_SEVERAL], rates[1], strict=True)])
    return Figure(
        what=f"private messages, guarded, {_SEVERAL} processes of Synapse against one",
        value=median(rates[_SEVERAL]),
        unit="messages/s",
        baseline=median(rates[1]),
        note=f"{_SENDERS} senders in rooms of their own, {_LOADS} times {_SECONDS:.0f} s each by turns;"
        f" the median of the ratios is {ratio:.2f}; senders, PostgreSQL and Synapse share this machine",
    )


def _sender(seat: Seat, room: str, turn: int) -> Callable[[], Awaitable[bool]]:
    numbers = itertools.count()

    async def send() -> bool:
        await seat.send(room, f"load-{turn}-{next(numbers)}")
        return True

    return send


def measure(root: Path) -> list[Figure]:
    set_ups = [(name, 1) for name in VARIANTS] + [("plain", _SEVERAL), ("guarded", _SEVERAL)]
    with contextlib.ExitStack() as stack:
        servers = {
            (name, processes): stack.enter_context(
                synapse_with(root / f"rooms-{number}", VARIANTS[name], {}, processes=processes)
            )
            for number, (name, processes) in enumerate(set_ups)
        }
        for server in servers.values():
            server.add_accounts(_NAMES)
        return asyncio.run(_measure(servers))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory(prefix="jaga-bench-") as directory:
        Path(directory).chmod(0o755)
        for figure in measure(Path(directory)):
            print(
                f"{figure.what}: {figure.value:.2f} {figure.unit} ({figure.baseline:.2f}); {figure.note}",
                flush=True,
            )
