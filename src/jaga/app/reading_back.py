"""Reads public places over HTTP as any reader would: the effect of a measure is what readers find, not what we stored."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

import aiohttp

from jaga.app.config import Config
from jaga.cases.places import ChannelPlace, EffectNotSeen, MediaPlace, Place, PostPlace
from jaga.cases.ports import ReadPublicly
from jaga.channels.reading import Library

_TIMEOUT = aiohttp.ClientTimeout(total=5, connect=2)
_LARGEST_ANSWER = 4_000_000
_WORD = re.compile(r"\w{2,40}")
_SEARCHED_WORDS = 5
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str

    @property
    def found(self) -> bool:
        return self.status < 300


Expectation = Callable[[Answer], bool]


@dataclass(frozen=True, slots=True)
class Path:
    """One public path and what must be true of its answer."""

    path: str
    as_expected: Expectation


def paths_of(place: Place) -> list[Path]:
    match place:
        case PostPlace():
            return _post(place)
        case ChannelPlace():
            return _channel(place)
        case MediaPlace():
            there = _found if place.readable else _missing
            return [Path(f"/api/v1/media/{place.id}", there)]


def _post(place: PostPlace) -> list[Path]:
    there = _found if place.readable else _missing
    own = [
        Path(f"/api/v1/posts/{place.id}", there),
        Path(f"/api/v1/posts/{place.id}/comments", there),
        Path(f"/c/{place.channel}/{place.id}", there),
        Path(f"/c/{place.channel}/{place.number}", there),
    ]
    if not place.channel_open:
        return own
    listed = _lists_it(place.id) if place.readable else _lists_it_not(place.id)
    return [*own, *(Path(path, listed) for path in _lists(place)), *_newest(place)]


def _lists(place: PostPlace) -> list[str]:
    """Where the post stands, or stood, in a list."""
    if place.comment_on is not None:
        return [f"/api/v1/posts/{place.comment_on}/comments?after={place.number - 1}&limit=1"]
    return [f"/api/v1/channels/{place.channel}/posts?before={place.number + 1}&limit=1"]


def _newest(place: PostPlace) -> list[Path]:
    """Pages, feeds and search may show the post without having to: it may be too old for them."""
    if place.readable:
        return []
    words = quote(" ".join(_WORD.findall(place.text)[:_SEARCHED_WORDS]))
    search = [Path(f"/api/v1/posts?q={words}&channel={place.channel}", _shows_not(place.id))] if words else []
    shown = [
        f"/c/{place.channel}",
        f"/c/{place.channel}?before={place.number + 1}",
        f"/c/{place.channel}/feed.atom",
        f"/c/{place.channel}/feed.json",
    ]
    return [*(Path(path, _shows_not(place.id)) for path in shown), *search]


def _channel(place: ChannelPlace) -> list[Path]:
    there = _found if place.readable else _missing
    listed = _shows(f'"{place.name}"') if place.readable else _shows_not(f'"{place.name}"')
    return [
        Path(f"/api/v1/channels/{place.name}", there),
        Path(f"/api/v1/channels/{place.name}/posts", there),
        Path(f"/c/{place.name}", there),
        Path(f"/c/{place.name}/feed.atom", there),
        Path(f"/c/{place.name}/feed.json", there),
        Path(f"/api/v1/channels?q={place.name}", listed),
    ]


def _found(answer: Answer) -> bool:
    return answer.found


def _missing(answer: Answer) -> bool:
    """Gone or unknown. A server that cannot answer has shown nothing, but has proven nothing either."""
    return 400 <= answer.status < 500 and answer.status != 429


def _shows(id: str) -> Expectation:
    return lambda answer: answer.found and id in answer.body


def _shows_not(id: str) -> Expectation:
    return lambda answer: answer.status < 500 and answer.status != 429 and id not in answer.body


def _lists_it(id: str) -> Expectation:
    return lambda answer: answer.found and id in (_listed(answer) or ())


def _lists_it_not(id: str) -> Expectation:
    """Not among what can be read; the card of its removal stands beside that, under the same id."""

    def expected(answer: Answer) -> bool:
        listed = _listed(answer)
        return _missing(answer) if listed is None else answer.found and id not in listed

    return expected


def _listed(answer: Answer) -> list[str] | None:
    """The ids in an API's list; None where the answer is none."""
    try:
        return [item["id"] for item in json.loads(answer.body)["items"]]
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class ReadBack:
    """`jaga.cases.ports.ReadPublicly` over HTTP, at the front door itself."""

    base: str
    host: str
    """The name in the `Host` header: what readers type."""

    @classmethod
    def of(cls, config: Config) -> Self:
        host = _ANY_ADDRESS.get(config.host, config.host)
        literal = f"[{host}]" if ":" in host else host
        return cls(f"http://{literal}:{config.port}", urlsplit(config.public_url).netloc)

    @property
    def headers(self) -> dict[str, str]:
        return {"Cache-Control": "no-cache"} | ({"Host": self.host} if self.host else {})

    async def __call__(self, place: Place) -> None:
        async with aiohttp.ClientSession(self.base, timeout=_TIMEOUT, trust_env=False) as session:
            await asyncio.gather(*(self._check(session, path) for path in paths_of(place)))

    async def _check(self, session: aiohttp.ClientSession, path: Path) -> None:
        try:
            async with session.get(path.path, headers=self.headers, allow_redirects=False) as response:
                # A file is proven by its status; only pages and lists are read.
                text = response.content_type.startswith(("text/", "application/"))
                body = await response.content.read(_LARGEST_ANSWER) if text else b""
                answer = Answer(response.status, body.decode("utf-8", "replace"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise EffectNotSeen(path=path.path) from error
        if not path.as_expected(answer):
            raise EffectNotSeen(path=path.path)


@dataclass(frozen=True, slots=True)
class ReadAsBots:
    """What a bot would find. Its API takes a token that we do not have, so the library is asked as that API asks it."""

    library: Library

    async def __call__(self, place: Place) -> None:
        if not isinstance(place, PostPlace) or place.comment_on is not None:
            return
        if (await self.library.post(place.id) is not None) != place.readable:
            raise EffectNotSeen(path="/bot<token>/editMessageText")


@dataclass(frozen=True, slots=True)
class ReadEverywhere:
    """Each reader in turn; the first that finds something else ends it."""

    readers: tuple[ReadPublicly, ...]

    async def __call__(self, place: Place) -> None:
        for read in self.readers:
            await read(place)
