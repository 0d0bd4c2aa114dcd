"""The whole of Jaga as its users start it: `jaga up` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

COMMAND = (sys.executable, "-P", "-m", "jaga")
_START = 120
_STOP = 20


class Failed(AssertionError):
    """A command ended with another status than 0."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status, self.sentence = done.returncode, done.stderr.strip()
        super().__init__(f"{done.args} ended with {done.returncode}: {done.stderr}")


class Stack:
    """One running installation."""

    def __init__(self, data: Path, process: subprocess.Popen[str], output: Path) -> None:
        self.data, self.process, self._output = data, process, output

    @property
    def url(self) -> str:
        return str(self.ready()["url"])

    @property
    def server_name(self) -> str:
        return str(self.ready()["server_name"])

    def ready(self) -> dict[str, Any]:
        return json.loads((self.data / "run/ready.json").read_bytes())

    def pids(self) -> dict[str, int]:
        return self.ready()["processes"]

    def output(self) -> str:
        """What `jaga up` printed so far."""
        return self._output.read_text()

    def cli(self, *arguments: str, input: str | None = None) -> Any:
        """What `jaga ARGUMENTS --data … --json` prints; raises `Failed`."""
        done = run_cli(*arguments, "--data", str(self.data), "--json", input=input)
        if done.returncode != 0:
            raise Failed(done)
        return json.loads(done.stdout)

    def kill(self, name: str, sign: signal.Signals = signal.SIGKILL) -> int:
        """Kill one child and return the id it had."""
        pid = self.pids()[name]
        os.kill(pid, sign)
        return pid

    def wait_for_another(self, name: str, old: int, *, seconds: float = 30) -> int:
        """Wait until the child `name` answers again under another id."""
        return eventually(lambda: (pid := self.pids()[name]) != old and pid, seconds=seconds)

    def replace(self, name: str) -> int:
        """Kill one child and wait until its successor answers."""
        return self.wait_for_another(name, self.kill(name))

    def stop(self) -> float:
        """Stop it as an operator would; returns how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(_STOP)
        return time.monotonic() - began


def run_cli(*arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], input=input, capture_output=True, text=True, timeout=120, check=False
    )


def eventually(attempt: Callable[[], Any], *, seconds: float = 10) -> Any:
    """The first true answer of `attempt`; whatever it raises counts as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if answer := attempt():
                return answer
            problem = None
        except Exception as error:  # noqa: BLE001 - the last one is shown when time is up
            problem = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} seconds") from problem
        time.sleep(0.05)


@contextmanager
def starting(data: Path, *options: str, port: int = 0) -> Iterator[Stack]:
    """`jaga up` on `data`, perhaps not ready yet; stopped, killed if need be, on the way out."""
    data.mkdir(parents=True, exist_ok=True)
    output = data / "up.out"
    with output.open("w") as file:
        process = subprocess.Popen(
            [*COMMAND, "up", "--data", str(data), "--port", str(port), *options],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
    stack = Stack(data, process, output)
    try:
        yield stack
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running_stack(data: Path, *options: str, port: int = 0) -> Iterator[Stack]:
    """`jaga up` on `data`, ready."""
    with starting(data, *options, port=port) as stack:
        wait_until_ready(stack)
        yield stack


def wait_until_ready(stack: Stack) -> None:
    deadline = time.monotonic() + _START
    while "Ready in" not in stack.output():  # its file may be of an earlier start that was killed
        if stack.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"jaga up is not ready:\n{stack.output()}\n{_tails(stack.data / 'logs')}")
        time.sleep(0.05)
    httpx.get(f"{stack.url}/healthz").raise_for_status()


def _tails(logs: Path) -> str:
    return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(logs.glob("*.log")))


def left_of(pids: Sequence[int]) -> list[int]:
    """Which of these processes still run."""
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.fixture(scope="session")
def stack(tmp_path_factory) -> Iterator[Stack]:
    """One `jaga up` for the whole run. Tests share it, so each uses names of its own."""
    data = tmp_path_factory.mktemp("stack") / "data"
    data.mkdir()
    (data / "jaga.toml").write_text('registration = "open"\n')
    with running_stack(data) as running:
        yield running
