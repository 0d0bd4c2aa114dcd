"""Every route of the open side.

Not in the package itself: its shapes are also used where no web framework is loaded.
"""

from __future__ import annotations

from jaga.web.open import (
    bot_tokens,
    channels,
    discovery,
    feed,
    media,
    pages,
    posts,
    standing,
    syndication,
    take_over,
)

routes = [
    *bot_tokens.routes,
    *standing.routes,
    *channels.routes,
    *discovery.routes,
    *take_over.routes,
    *feed.routes,
    *media.routes,
    *pages.routes,
    *posts.routes,
    *syndication.routes,
]
