"""What the guard costs in rooms of 2, 100 and 500 members, and what it would cost if it were shown the whole room.

Three Synapses of the same configuration take blocks of messages by turns: plain, with our module, and with the guard
as Synapse asks it of itself (`bench.whole_state`). CPU of each process alone; the ratios say more than the numbers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from statistics import quantiles

import aiohttp
from tests.helpers.sealed import encrypted

from bench.figures import Figure, median
from bench.stands import CLIENT, Homeserver, synapse_with

SIZES = (2, 100, 500)
TURNS, MESSAGES = 40, 8  # short blocks by turns: whatever else the machine does, it does to each alike
_NAMES = [f"ukur{number}" for number in range(max(SIZES) - 1)]
_QUICK = {"bcrypt_rounds": 4}  # so many accounts are opened; no password is ever checked
_LIMIT = {"room_member_limit": 1000}
_GUARD: list[dict[str, object]] = [{"module": "jaga.homeserver.module.SealedSide", "config": _LIMIT}]
_WHOLE: list[dict[str, object]] = [{"module": "bench.whole_state.WholeState", "config": _LIMIT}]
VARIANTS = {"plain": list[dict[str, object]](), "guarded": _GUARD, "guarded by the whole state": _WHOLE}


async def _room_of(session: aiohttp.ClientSession, token: str, members: int) -> str:
    """The owner and so many invited less one: what counts is the events of state."""
    invited = [f"@{name}:bench.localhost" for name in _NAMES[: members - 1]]
    body = {"preset": "private_chat", "invite": invited}
    async with session.post(
        f"{CLIENT}/createRoom", json=body, headers={"Authorization": f"Bearer {token}"}
    ) as answer:
        content = await answer.json()
        assert answer.status == 200, content
        return str(content["room_id"])


async def _block(
    server: Homeserver, session: aiohttp.ClientSession, token: str, room: str, turn: int
) -> float:
    """CPU seconds a message."""
    before = _cpu_seconds(server.pid)
    for number in range(MESSAGES):
        url = f"{CLIENT}/rooms/{room}/send/m.room.encrypted/{turn}-{number}"
        async with session.put(url, json=encrypted(), headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 200, await answer.text()
    return (_cpu_seconds(server.pid) - before) / MESSAGES


def _cpu_seconds(pid: int) -> float:
    """Of all threads, in nanoseconds where psutil has hundredths: the clock that clock_getcpuclockid(3) names."""
    return time.clock_gettime((~pid << 3) | 2)


async def _measure(servers: dict[str, Homeserver]) -> list[Figure]:
    async with contextlib.AsyncExitStack() as stack:
        seats = {}
        for name, server in servers.items():
            session = await stack.enter_async_context(server.session())
            await server.open_accounts(_NAMES)
            seats[name] = (server, session, await server.member())
        return [figure for members in SIZES for figure in await _at(members, seats)]


async def _at(members: int, seats: dict[str, tuple[Homeserver, aiohttp.ClientSession, str]]) -> list[Figure]:
    rooms = {name: await _room_of(session, token, members) for name, (_, session, token) in seats.items()}
    blocks: dict[str, list[float]] = {name: [] for name in seats}
    for turn in range(TURNS + 1):
        for name, (server, session, token) in seats.items():
            used = await _block(server, session, token, rooms[name], turn)
            if turn:  # the first fills caches
                blocks[name].append(used)
    return [_figure(members, name, blocks) for name in seats if name != "plain"]


def _figure(members: int, name: str, blocks: dict[str, list[float]]) -> Figure:
    ratios = [one / other for one, other in zip(blocks[name], blocks["plain"], strict=True)]
    ratio, (low, _, high) = median(ratios), quantiles(ratios, n=4)
    return Figure(
        what=f"CPU of Synapse per private message, {members} members, {name}",
        value=median(blocks[name]) * 1000,
        unit="ms",
        baseline=median(blocks["plain"]) * 1000,
        budget="<= 1.05 x plain" if name == "guarded" else "",
        met=ratio <= 1.05 if name == "guarded" else None,
        note=f"{TURNS} blocks of {MESSAGES} by turns; the median of their ratios is {ratio:.3f}, "
        f"half of them are within {low:.2f} and {high:.2f}",
    )


def measure(root: Path) -> list[Figure]:
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(synapse_with(root / f"rooms-{number}", modules, _QUICK))
            for number, (name, modules) in enumerate(VARIANTS.items())
        }
        return asyncio.run(_measure(servers))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory(prefix="jaga-bench-") as directory:
        Path(directory).chmod(0o755)
        for figure in measure(Path(directory)):
            print(
                f"{figure.what}: {figure.value:.2f} ms (plain {figure.baseline:.2f}); {figure.note}",
                flush=True,
            )
