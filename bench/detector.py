"""How fast the detector answers, with a bank of made-up words: posts per CPU-second of its process, and the wait.

`measure` starts the real service on a socket of its own. The baseline is the same automaton asked about lower-case
text alone, in this process: what it would cost to see through no disguise, without a service and a record.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from bench import pictures
from jaga.core.ids import BankEntryId
from jaga.detect.bank import Bank, BankChange
from jaga.detect.client import DetectorClient
from jaga.detect.content import Content, Field
from jaga.detect.entry import Entry, Kind
from jaga.detect.inspection import Inspector
from jaga.detect.service import DetectorService
from jaga.detect.verdict import Outcome

TERMS = 10_000
POSTS = 2_000
_ROUNDS = 3
_CALLERS = 8
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstwyz" for vowel in "aeiou"]
_EVERYDAY = """
saya kamu dia kami mereka pergi datang pasar membeli beras untuk makan malam bersama keluarga besar di ke dari rumah
nenek yang tinggal jauh sekali kota maaf saat ini belum dapat hadir karena hujan deras turun sejak pagi hari kemarin
rapat warga akan dimulai pukul delapan silakan membawa bekal sendiri terima kasih banyak atas perhatian bapak ibu
semua jadwal kereta bandara sekolah puskesmas vaksin gratis harga turun promo baru
"""
_WORDS = _EVERYDAY.split()
_EXTRAS = (
    "🙏",
    "😀",
    "2026",
    "ke-3",
    "Rp50.000",
    "pukul 19.30",
    "covid19",
    "#GotongRoyong",
    "https://contoh.example/a",
)


def terms(count: int) -> list[str]:
    """Words and pairs of words that no language has."""
    chance = random.Random(1)

    def word(shortest: int) -> str:
        return "".join(chance.choices(_SYLLABLES, k=chance.randint(shortest, 5)))

    return [word(3) if chance.random() < 0.65 else f"{word(2)} {word(2)}" for _ in range(count)]


def posts(count: int, listed: list[str]) -> list[str]:
    """200 to 1,000 characters of everyday words; a third with emoji, numbers or links, one in fifty with a listed word."""
    chance = random.Random(2)
    made = []
    for _ in range(count):
        words = chance.choices(_WORDS, k=chance.randint(35, 165))
        words = [word + chance.choice(("", "", "", "", "", ",", ".")) for word in words]
        if chance.random() < 0.33:
            words += chance.choices(_EXTRAS, k=2)
        if chance.random() < 0.02:
            words.insert(len(words) // 2, chance.choice(listed))
        made.append(" ".join(words).capitalize()[:1000])
    return made


def bank(listed: list[str]) -> Bank:
    entries = (Entry(BankEntryId.new(), Kind.TERM, term, "made_up", Outcome.HOLD) for term in listed)
    return Bank(BankChange(1, tuple(entries)))


def measure() -> dict[str, float]:
    """The figures, by name."""
    listed = terms(TERMS)
    written = posts(POSTS, listed)
    with tempfile.TemporaryDirectory() as directory:
        socket = Path(directory) / "detector.sock"
        process = subprocess.Popen([sys.executable, "-m", "bench.detector", str(socket)])
        try:
            while not socket.exists():
                assert process.poll() is None
                time.sleep(0.05)
            served = asyncio.run(_ask(socket, written, process.pid))
        finally:
            process.kill()
            process.wait()
    return served | _in_this_process(listed, written) | pictures.measure()


async def _ask(socket: Path, written: list[str], pid: int) -> dict[str, float]:
    client = DetectorClient(socket)
    contents = [Content(fields=(Field("text", text),)) for text in written]
    used, waits = [], []

    async def caller(mine: list[Content]) -> None:
        for content in mine:
            await client.check(content)

    for _ in range(_ROUNDS):
        before = _cpu_seconds(pid)
        await asyncio.gather(*(caller(contents[first::_CALLERS]) for first in range(_CALLERS)))
        used.append(_cpu_seconds(pid) - before)
    for content in contents:  # one at a time: the wait, not the queue
        began = time.perf_counter()
        await client.check(content)
        waits.append(time.perf_counter() - began)
    await client.close()
    return {
        "posts_per_cpu_second": len(contents) / min(used),
        "p50_ms": _share(waits, 0.50) * 1000,
        "p99_ms": _share(waits, 0.99) * 1000,
    }


def _in_this_process(listed: list[str], written: list[str]) -> dict[str, float]:
    judged, plain = bank(listed), AhoCorasick(listed, store_patterns=False)
    contents = [Content(fields=(Field("text", text),)) for text in written]
    times, plain_times = [], []
    for _ in range(_ROUNDS):
        for content in contents:
            began = time.thread_time()
            judged.decide(content)
            times.append(time.thread_time() - began)
        for text in written:
            began = time.thread_time()
            plain.find_matches_as_indexes(text.lower(), overlapping=True)
            plain_times.append(time.thread_time() - began)
    return {
        "judged_per_cpu_second": len(times) / sum(times),
        "judged_p99_ms": _share(times, 0.99) * 1000,
        "plain_automaton_per_cpu_second": len(plain_times) / sum(plain_times),
    }


def _share(samples: list[float], share: float) -> float:
    return sorted(samples)[int(len(samples) * share)]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _serve(socket: Path) -> None:
    service = DetectorService(bank(terms(TERMS)), Inspector(socket.parent, largest=1))
    async with await service.listen(socket) as server:
        await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import uvloop

        uvloop.run(_serve(Path(sys.argv[1])))
    else:
        for name, value in measure().items():
            print(f"{name:32} {value:12,.2f}")
