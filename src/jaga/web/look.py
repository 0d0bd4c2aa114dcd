"""How every page is made: `page(request, "home.html", **context)`.

Templates get, beside their context: `_` and `{% trans %}`, `lang`, `path`, `icon(name)`, `asset(name)`, and the
filters of `jaga.web.words` with the language already applied. Styles and scripts come from `/static` alone: no inline
style, no inline script, no other origin, so that the strictest policy holds on every page.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from markupsafe import Markup

from jaga.core.text import LANGUAGES, Language, Text
from jaga.web import glossary, words
from jaga.web.assets import STYLE, assets
from jaga.web.language import COOKIE, language_of

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
# What anyone may see is stored and checked again each time; a page of somebody's own is not stored at all.
SHARED_CACHE = "public, max-age=0, must-revalidate"
OWN_CACHE = "private, no-store"
SESSION_COOKIES = ("session", "staff_session", "line_session")
_APIS = ("/api/", "/desk/api/", "/liaison/", "/bot", "/_matrix/", "/ledger/", "/v1/")
_YEAR = 31_536_000
_HUES = 8


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = HTTPStatus.OK,
    etag: str | None = None,
    **context: Any,
) -> Response[bytes]:
    """`template` in the reader's language, with its headers; 304 when the reader already has it.

    `etag` names the content when the caller knows it cheaply (see `known_etag`); otherwise the page's bytes do.
    """
    body = render(language_of(request), template, path=path_of(request), **context).encode()
    tag = etag or f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return dressed(request, body, status=status, etag=tag)


def known_etag(request: Request[Any, Any, Any], *parts: object) -> str:
    """A strong name for a page that is determined by `parts`, the language and the look of this build."""
    named = "\0".join([assets().digest, template_digest(), language_of(request), *map(str, parts)])
    return f'"{hashlib.sha256(named.encode()).hexdigest()[:32]}"'


def unchanged(request: Request[Any, Any, Any], etag: str) -> Response[bytes] | None:
    """304 when the reader has `etag` already: asked before anything is rendered."""
    if not _has(request, etag):
        return None
    return dressed(request, b"", status=HTTPStatus.NOT_MODIFIED, etag=etag)


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether the page is asked for as data: by `.json`, or by `Accept` without HTML."""
    accept = request.headers.get("accept", "")
    return request.scope["path"].endswith(".json") or (
        "application/json" in accept and "text/html" not in accept
    )


def as_json(request: Request[Any, Any, Any], value: object) -> Response[bytes]:
    """What a public page says, as data that anyone may store."""
    body = msgspec.json.encode(value)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": SHARED_CACHE,
        "Vary": "Accept",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    if _has(request, etag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a person with a browser asks: `text/html` stands in `Accept`, and the path is no API's."""
    return "text/html" in request.headers.get("accept", "") and not request.scope["path"].startswith(_APIS)


def render(language: Language, template: str, **context: Any) -> str:
    return environment(language).get_template(template).render(**context)


@lru_cache(maxsize=len(LANGUAGES))
def environment(language: Language) -> Environment:
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = words.translations(language)
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by jinja2.ext.i18n
        translations.gettext, translations.ngettext, newstyle=True
    )
    env.globals.update(
        lang=language,
        languages=LANGUAGES,
        icon=icon,
        asset=lambda name: assets().url(name),
        style=STYLE,
        in_language=_in_language,
        member=None,
        section="",
    )
    env.filters.update(_filters(language))
    return env


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    in_this = partial(partial, language=language)
    return {
        "date": in_this(words.date_of),
        "short_date": in_this(words.short_date),
        "clock_time": in_this(words.time_of),
        "exact_time": in_this(words.exact_time),
        "moment": in_this(words.moment),
        "local_day": in_this(words.local_day),
        "number": in_this(words.number),
        "percent": in_this(words.percent),
        "span": in_this(words.span),
        "size": in_this(words.size),
        "instant": datetime.fromisoformat,
        "said": lambda text: text.in_(language) if isinstance(text, Text) else text,
        "word": lambda value, kind: glossary.word(value, kind).in_(language),
        "initials": initials,
        "hue": hue,
    }


@lru_cache(maxsize=1)
def icons() -> dict[str, str]:
    return tomllib.loads((HERE / "icons.toml").read_text("utf-8"))


def icon(name: str) -> Markup:
    """An outline in the size and color of the text around it; never the only carrier of a meaning."""
    return Markup(  # noqa: S704 - the shapes are our own file's, not a visitor's
        f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{icons()[name]}</svg>'
    )


def initials(title: str) -> str:
    """What stands in the place of a picture that is not there: `WK` for Warta Kampung."""
    letters = [word[0] for word in title.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


def hue(name: str) -> str:
    """One of eight colors, always the same for the same name."""
    return f"hue-{hashlib.sha256(name.encode()).digest()[0] % _HUES}"


@lru_cache(maxsize=1)
def template_digest() -> str:
    """Changes when any template or catalogue does."""
    content = hashlib.sha256()
    for path in sorted([*(HERE / "templates").rglob("*.html"), *words.TRANSLATIONS.rglob("*.po")]):
        content.update(path.read_bytes())
    return content.hexdigest()[:12]


def _in_language(path: str, language: Language) -> str:
    """The same page in the other language."""
    base, _, query = path.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("lang=")]
    return f"{base}?{'&'.join([*kept, f'lang={language}'])}"


def path_of(request: Request[Any, Any, Any]) -> str:
    query = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "lang"])
    return request.url.path + (f"?{query}" if query else "")


def dressed(request: Request[Any, Any, Any], body: bytes, *, status: int, etag: str) -> Response[bytes]:
    """A finished page with its headers; 304 when the reader already has it."""
    own = any(request.cookies.get(name) for name in SESSION_COOKIES)
    headers = {
        **HEADERS,
        "Cache-Control": OWN_CACHE if own else SHARED_CACHE,
        "Vary": "Accept, Accept-Language, Cookie",
        "Content-Language": language_of(request),
    }
    if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        headers["ETag"] = etag
        if _has(request, etag):
            body, status = b"", HTTPStatus.NOT_MODIFIED
    answer = Response(body, status_code=status, media_type="text/html", headers=headers)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(
            COOKIE, language_of(request), path="/", max_age=_YEAR, samesite="lax", httponly=True
        )
    return answer


def _has(request: Request[Any, Any, Any], etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return etag in {part.strip().removeprefix("W/") for part in given.split(",")}
