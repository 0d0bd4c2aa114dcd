"""Joins the open side: publishing, reading, the feed, media."""

from __future__ import annotations

import time
from functools import partial
from typing import TypedDict

from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.app.installation import Installation
from jaga.app.sop_files import sop_in_force
from jaga.app.wire_cases import automatic_cases
from jaga.channels.answers import AnswerCache
from jaga.channels.feed import Feed
from jaga.channels.freshness import Freshness
from jaga.channels.keep import PostKeeper
from jaga.channels.media import Uploader
from jaga.channels.open_side import OpenSide
from jaga.channels.ports import RecordHeld, RecordRefused
from jaga.channels.publish import Publisher
from jaga.channels.publish_channel import ChannelPublisher
from jaga.channels.rates import Rate
from jaga.channels.take_over import Taker
from jaga.core.clock import utc_now
from jaga.core.text import Text
from jaga.detect.client import DetectorClient
from jaga.sop.model import Sop
from jaga.store.blobs import FileBlobs
from jaga.store.bots import SourceRows
from jaga.store.channels import StoredChannels
from jaga.store.database import Database
from jaga.store.feed import StoredFeed
from jaga.store.library import StoredLibrary
from jaga.store.media import StoredMedia
from jaga.store.posts import StoredPosts
from jaga.store.tidy import StoredTidy
from jaga.web.open.shapes import frame_of

# What an owner takes over from a browser: a year of daily posts in a minute, and no flood for the detector.
_HISTORY_PER_MINUTE = 600


def open_side(
    installation: Installation, database: Database, *, posts_per_minute: int | None = None
) -> OpenSide:
    """For every door of the open side: web, bots, take-overs, commands.

    `posts_per_minute` differs from the setting for take-overs, which bring a channel's history at once.
    """
    detector = DetectorClient(installation.data.detector_socket)
    config, sop = installation.config, sop_in_force(installation.config)
    cases = automatic_cases(installation, sop)
    recording = _Recording(record_refused=cases.record_refused, record_held=cases.record_held)
    posts, channels = StoredPosts(database, **recording), StoredChannels(database, **recording)
    library, blobs = StoredLibrary(database), FileBlobs(installation.data.media)
    feed = Feed(
        StoredFeed(database), encode=frame_of(config.public_url), most_followers=config.feed_followers
    )
    rate = _per_minute(posts_per_minute or config.posts_per_minute)
    publishing = partial(Publisher, posts=posts, check=detector.check, clock=utc_now, wake=feed.wake)
    return OpenSide(
        publisher=publishing(rate=rate),
        taker=Taker(
            publisher=publishing(rate=_per_minute(posts_per_minute or _HISTORY_PER_MINUTE)),
            sources=SourceRows(database),
        ),
        keeper=PostKeeper(posts=posts, clock=utc_now, wake=feed.wake),
        channel_publisher=ChannelPublisher(
            channels=channels, posts=posts, check=detector.check, rate=rate, clock=utc_now, wake=feed.wake
        ),
        channel_store=channels,
        uploader=_uploader(installation, database, blobs, detector, rate),
        blobs=blobs,
        library=library,
        freshness=Freshness(library.versions),
        answers=AnswerCache(),
        feed=feed,
        tidy=StoredTidy(database),
        statement_address=cases.statement_address,
        category_title=partial(_category_title, sop),
    )


class _Recording(TypedDict):
    record_refused: RecordRefused[AsyncConnection]
    record_held: RecordHeld[AsyncConnection]


def _per_minute(count: int) -> Rate:
    return Rate(count, elapsed=time.monotonic)


def _uploader(
    installation: Installation, database: Database, blobs: FileBlobs, detector: DetectorClient, rate: Rate
) -> Uploader:
    return Uploader(
        store=StoredMedia(database, blobs),
        blobs=blobs,
        inspect=detector.inspect,
        rate=rate,
        clock=utc_now,
        limit=installation.config.media_limit_bytes,
    )


def _category_title(sop: Sop, name: str) -> Text:
    known = sop.categories.get(name)
    return Text(id=name, en=name) if known is None else known.title
