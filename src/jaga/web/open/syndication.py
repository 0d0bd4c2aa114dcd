"""Atom (RFC 4287) and JSON Feed 1.1, for any feed reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET  # only ever written with

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import escape

from jaga.channels.channel import Channel
from jaga.channels.markup import render_html
from jaga.channels.post import Post
from jaga.channels.reading import PAGE
from jaga.core.clock import rfc3339
from jaga.core.text import Language, Text, written_day
from jaga.web.open.cache import answered
from jaga.web.open.channels import access_channel, access_version
from jaga.web.open.shapes import json_bytes
from jaga.web.open.views import came_from
from jaga.web.services import Services

_ATOM = "http://www.w3.org/2005/Atom"
_TITLE = 80
_CAME_FROM = Text(id="dari {source}, semula {date}", en="from {source}, originally of {date}")


@get("/c/{name:str}/feed.atom", include_in_schema=False)
async def atom(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    version = await access_version(services, name)

    async def make() -> bytes:
        channel, posts = await _newest(services, name)
        return _atom(channel, posts, services.public_url)

    answer = await services.open_side.answers.get((name, "atom"), version, make)
    return answered(request, answer, "application/atom+xml; charset=utf-8")


@get("/c/{name:str}/feed.json", include_in_schema=False)
async def json_feed(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    version = await access_version(services, name)

    async def make() -> bytes:
        channel, posts = await _newest(services, name)
        return json_bytes(_json(channel, posts, services.public_url))

    answer = await services.open_side.answers.get((name, "json"), version, make)
    return answered(request, answer, "application/feed+json; charset=utf-8")


async def _newest(services: Services, name: str) -> tuple[Channel, list[Post]]:
    channel = await access_channel(services, name)
    return channel, await services.open_side.library.posts(channel.id, before=None, limit=PAGE)


def _atom(channel: Channel, posts: Sequence[Post], site: str) -> bytes:
    home = f"{site}/c/{channel.name}"
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": channel.language})
    _add(feed, "id", f"urn:jaga:{channel.id}")
    _add(feed, "title", channel.title)
    if channel.about:
        _add(feed, "subtitle", channel.about)
    _add(feed, "updated", rfc3339(max((_changed(post) for post in posts), default=channel.created_at)))
    _add(feed, "link", rel="alternate", type="text/html", href=home)
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{home}/feed.atom")
    _add(_add(feed, "author"), "name", channel.title)
    for post in posts:
        feed.append(_entry(post, site, _language(channel)))
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(post: Post, site: str, language: Language) -> ET.Element:
    entry = ET.Element("entry")
    _add(entry, "id", f"urn:jaga:{post.id}")
    _add(entry, "title", _title(post))
    _add(entry, "published", rfc3339(post.created_at))
    _add(entry, "updated", rfc3339(_changed(post)))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{site}/c/{post.channel}/{post.id}")
    for file in post.media:
        address = f"{site}/api/v1/media/{file.id}"
        _add(entry, "link", rel="enclosure", type=file.mime, length=str(file.size), href=address)
    if post.author:
        _add(_add(entry, "author"), "name", post.author)
    _add(entry, "content", _content(post, site, language), type="html")
    return entry


def _content(post: Post, site: str, language: Language) -> str:
    """With a line of its own for what was taken over, since its date is the export's word."""
    html = render_html(post.text, post.entities, site=site)
    source = came_from(post)
    if source is None:
        return html
    said = _CAME_FROM.format(source=source, date=written_day(post.created_at).in_(language)).in_(language)
    return f"{html}<p><small>{escape(said)}</small></p>"


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _json(channel: Channel, posts: Sequence[Post], site: str) -> dict[str, Any]:
    home = f"{site}/c/{channel.name}"
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.about,
        "home_page_url": home,
        "feed_url": f"{home}/feed.json",
        "language": channel.language,
        "items": [
            {
                "id": post.id,
                "url": f"{site}/c/{post.channel}/{post.id}",
                "content_html": _content(post, site, _language(channel)),
                "content_text": post.text,
                "date_published": rfc3339(post.created_at),
                "date_modified": rfc3339(_changed(post)),
                "authors": [{"name": post.author or channel.title}],
                "attachments": [
                    {
                        "url": f"{site}/api/v1/media/{file.id}",
                        "mime_type": file.mime,
                        "title": file.file_name,
                        "size_in_bytes": file.size,
                    }
                    for file in post.media
                ],
            }
            for post in posts
        ],
    }


def _language(channel: Channel) -> Language:
    return "id" if channel.language == "id" else "en"


def _changed(post: Post) -> datetime:
    return post.edited_at or post.published_at or post.created_at


def _title(post: Post) -> str:
    """The first line; Atom wants one (RFC 4287 4.2.14)."""
    line = post.text.partition("\n")[0].strip()
    if not line:
        return post.media[0].file_name or post.media[0].kind if post.media else str(post.number)
    return line if len(line) <= _TITLE else f"{line[:_TITLE].rstrip()}…"


routes = [atom, json_feed]
