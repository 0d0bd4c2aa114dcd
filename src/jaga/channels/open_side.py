"""The open side as its doors (web, bots, imports) use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jaga.channels.answers import AnswerCache
from jaga.channels.feed import Feed
from jaga.channels.freshness import Freshness
from jaga.channels.keep import PostKeeper
from jaga.channels.media import Blobs, Uploader
from jaga.channels.ports import ChannelStore, Tidy
from jaga.channels.publish import Publisher
from jaga.channels.publish_channel import ChannelPublisher
from jaga.channels.reading import Library
from jaga.channels.take_over import Taker
from jaga.core.ids import StatementId
from jaga.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSide:
    publisher: Publisher
    taker: Taker
    """Takes over what was published elsewhere."""
    keeper: PostKeeper
    channel_publisher: ChannelPublisher
    channel_store: ChannelStore
    uploader: Uploader
    blobs: Blobs
    library: Library
    freshness: Freshness
    answers: AnswerCache
    feed: Feed
    tidy: Tidy
    statement_address: Callable[[StatementId], str]
    """Where the author reads the reasons without signing in."""
    category_title: Callable[[str], Text]
    """The SOP's name for a category."""
