"""The open side over HTTP: channels, posts, media, the feed, and pages that need neither account nor script."""

from __future__ import annotations

from jaga.web.open import channels, feed, media, pages, posts, syndication

routes = [
    *channels.routes,
    *feed.routes,
    *media.routes,
    *pages.routes,
    *posts.routes,
    *syndication.routes,
]
