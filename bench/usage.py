"""What a stretch of work cost Jaga: CPU time of each process with its children, and transactions committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
import psycopg
from tests.helpers.stack import Stack

from bench.figures import Figure
from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE

# Of the open side's database since its statistics began; a process adds its own within a second of being idle.
_COUNTED = """
    SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits,
        (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal') AS fsyncs
"""


@dataclass
class Usage:
    """Filled when the stretch is over."""

    cpu_seconds: dict[str, float] = field(default_factory=dict)
    """By process name; `client` is the measuring process itself."""
    commits: float = 0.0
    fsyncs: float = 0.0

    def figures(self, what: str, count: int) -> list[Figure]:
        """The cost of each of `count` equal pieces of work."""
        cpu = [
            Figure(what=f"CPU per {what}, {name}", value=seconds / count * 1000, unit="ms")
            for name, seconds in self.cpu_seconds.items()
        ]
        return [
            *cpu,
            Figure(what=f"transactions committed per {what}", value=self.commits / count, unit=""),
            Figure(what=f"flushes of the write-ahead log per {what}", value=self.fsyncs / count, unit=""),
        ]


@contextmanager
def measured(stack: Stack) -> Iterator[Usage]:
    usage, cpu, counted = Usage(), _cpu(stack), _counted(stack)
    yield usage
    after = _cpu(stack)
    usage.cpu_seconds = {name: after[name] - before for name, before in cpu.items()}
    commits, fsyncs = _counted(stack)
    usage.commits, usage.fsyncs = commits - counted[0], fsyncs - counted[1]


def _cpu(stack: Stack) -> dict[str, float]:
    used = {name: _family_cpu(psutil.Process(pid)) for name, pid in stack.pids().items()}
    return {**used, "client": sum(psutil.Process().cpu_times()[:2])}


def _family_cpu(parent: psutil.Process) -> float:
    """With children that live and children that ended."""
    return sum(sum(one.cpu_times()[:4]) for one in (parent, *parent.children(recursive=True)))


def _counted(stack: Stack) -> tuple[float, float]:
    server = Installation.open(stack.data).server
    with psycopg.connect(server.conninfo(OPEN_SIDE, OPEN_SIDE)) as connection:
        commits, fsyncs = connection.execute(_COUNTED).fetchone()
        return float(commits), float(fsyncs)
