"""Looks at uploads: the type by first bytes, pictures by a caged child process that may die at any of them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path

import structlog

from jaga.detect.frames import (
    LARGEST_ANSWER,
    MalformedFrame,
    PictureAnswer,
    UndecodableAnswer,
    parse_answer,
    read_frame,
)
from jaga.detect.magic import DECODED, HEAD_BYTES, UNKNOWN, sniff
from jaga.detect.media import MediaReport, Opaque, Picture, Undecodable, media_path

log = structlog.get_logger(__name__)

_PATIENCE = 8.0
_PICTURES_A_LIFE = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Inspector:
    """Implements `jaga.detect.ports.Inspect` for files below one media directory."""

    def __init__(self, root: Path, *, largest: int, patience: float = _PATIENCE) -> None:
        """`largest` is the most bytes a picture may have; `patience` the seconds it may take."""
        self._root = root
        self._largest = largest
        self._patience = patience
        self._decoder = Decoder()

    async def __call__(self, sha256: str, declared_type: str) -> MediaReport:
        if not _SHA256.fullmatch(sha256):
            return Undecodable(UNKNOWN, "missing")
        path = media_path(self._root, sha256)
        try:
            with path.open("rb") as file:
                mime = sniff(file.read(HEAD_BYTES))
                if mime not in DECODED:
                    return _without_decoding(mime, declared_type)
                if os.fstat(file.fileno()).st_size > self._largest:
                    return Undecodable(mime, "too_large")
                file.seek(0)
                content = await asyncio.to_thread(file.read)
        except OSError:
            return Undecodable(UNKNOWN, "missing")
        return await self._decoder.decode(content, mime, patience=self._patience)

    async def close(self) -> None:
        await self._decoder.stop()


def _without_decoding(mime: str, declared_type: str) -> MediaReport:
    if mime.startswith("image/"):
        return Undecodable(mime, "unsupported_format")
    if declared_type.lower().startswith("image/"):
        return Undecodable(mime, "type_mismatch")
    return Opaque(mime)


class Decoder:
    """The child process: started when first needed, replaced after any crash or delay, and once in a while."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._served = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def decode(self, content: bytes, mime: str, *, patience: float) -> Picture | Undecodable:
        async with self._turn:
            process = await self._running()
            try:
                async with asyncio.timeout(patience):
                    return await _asked(process, content)
            except TimeoutError:
                await self.stop()
                return self._blamed(mime, "took_too_long")
            except (OSError, EOFError, MalformedFrame):
                await self.stop()
                slow = process.returncode == -signal.SIGXCPU
                return self._blamed(mime, "took_too_long" if slow else "decoder_died")
            except BaseException:  # cancelled: its answer would go to the next picture
                await self.stop()
                raise

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _running(self) -> asyncio.subprocess.Process:
        self._served += 1
        if self._served > _PICTURES_A_LIFE:
            await self.stop()
        if self._process is None or self._process.returncode is not None:
            self._process = await _start()
            self._served = 1
        return self._process

    @staticmethod
    def _blamed(mime: str, reason: str) -> Undecodable:
        log.warning("decoder_replaced", reason=reason)
        return Undecodable(mime, reason)


async def _start() -> asyncio.subprocess.Process:
    """With our import path and nothing else of our environment."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "jaga.detect.decoder",
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd="/",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LARGEST_ANSWER,
    )


async def _asked(process: asyncio.subprocess.Process, content: bytes) -> Picture | Undecodable:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(len(content).to_bytes(8, "big"))
    process.stdin.write(content)
    await process.stdin.drain()
    match parse_answer(await read_frame(process.stdout, largest=LARGEST_ANSWER)):
        case PictureAnswer(report):
            return report
        case UndecodableAnswer(report):
            return report
        case _:
            raise MalformedFrame
