"""`/c/{name}` and `/c/{name}/{post}`: complete without account or script. With a session, a composer besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from jaga.channels.errors import PostUnknown
from jaga.channels.member import Member
from jaga.channels.outcome import Held, Outcome, Published, Refused
from jaga.channels.post import Draft, Post, Wanted
from jaga.channels.reading import PAGE, Gone
from jaga.channels.wording import clean_file_name
from jaga.core.errors import JagaError
from jaga.core.ids import MalformedId, PostId
from jaga.web.language import language_of
from jaga.web.look import SESSION_COOKIES, dressed, page, path_of, render
from jaga.web.open.acting import actor_of, reasons_of
from jaga.web.open.channels import access_channel, access_version
from jaga.web.open.views import channel_view, gone_view, views_of, with_gone
from jaga.web.problems import status_of
from jaga.web.services import Services

_LONGEST_NUMBER = 18
# Each file has its own limit besides; what is larger goes through `POST /api/v1/media`.
_LARGEST_FORM = 64_000_000


@get("/c/{name:str}", include_in_schema=False)
async def channel_page(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    name: FromPath[str],
    before: FromQuery[str] = "",
) -> Response[bytes]:
    version = await access_version(services, name)
    number = int(before) if _is_number(before) else None

    async def context() -> dict[str, Any]:
        return await _channel_context(services, name, number)

    return await _shown(request, services, visitor, version, "channel.html", (name, number), context)


@get("/c/{name:str}/{post:str}", include_in_schema=False)
async def post_page(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    name: FromPath[str],
    post: FromPath[str],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """By number or by id. What a decision removed answers 410 with a card that says so."""
    version = await access_version(services, name)
    found = await _find(services, name, post)
    if isinstance(found, Gone):
        channel = await access_channel(services, name)
        view, around = gone_view(found, services), channel_view(channel)
        return page(
            request, "gone.html", status=410, section="channels", member=visitor, view=view, channel=around
        )
    number = int(after) if _is_number(after) else 0

    async def context() -> dict[str, Any]:
        return await _post_context(services, name, found, number)

    return await _shown(request, services, visitor, version, "post.html", (name, found.id, number), context)


@post("/c/{name:str}", include_in_schema=False, request_max_body_size=_LARGEST_FORM)
async def publish_from_page(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
) -> Response[Any]:
    """The composer. Nothing that was typed is lost: a refusal shows it again, with the reasons."""
    form = await request.form()
    text = str(form.get("text", ""))
    below = str(form.get("comment_on", ""))
    try:
        draft = Draft.of(text, (), await _uploaded(services, member, form))
        outcome = await _publish(services, member, name, below, draft)
    except JagaError as error:
        said = {"refusal": error.message(language_of(request)), "statement": None}
        return await _again(request, services, member, name, below, text, status_of(error), said)
    match outcome:
        case Published(thing):
            where = f"/c/{name}/{below}#post-{thing.number}" if below else f"/c/{name}#post-{thing.number}"
            return Redirect(where, status_code=303)
        case Held():
            return await _again(request, services, member, name, below, "", 202, {"held": True})
        case Refused(statement=statement):
            refused = {
                "refusal": reasons_of(request, services.open_side, outcome),
                "statement": services.open_side.statement_address(statement),
            }
            return await _again(request, services, member, name, below, text, 403, refused)


async def _shown(
    request: Request[Any, Any, Any],
    services: Services,
    visitor: Member | None,
    version: int,
    template: str,
    what: tuple[Any, ...],
    context: Any,
) -> Response[bytes]:
    """For readers without a session from memory, as long as the channel has not changed."""
    if any(request.cookies.get(cookie) for cookie in SESSION_COOKIES):
        values = await context() | await _own(services, visitor, what[0])
        return page(request, template, section="channels", **values)
    language, path = language_of(request), path_of(request)

    async def make() -> bytes:
        values = await context() | await _own(services, None, what[0])
        return render(language, template, path=path, section="channels", **values).encode()

    answer = await services.open_side.answers.get((template, language, path, *what), version, make)
    return dressed(request, answer.body, status=200, etag=answer.etag)


async def _channel_context(services: Services, name: str, before: int | None) -> dict[str, Any]:
    library = services.open_side.library
    channel = await access_channel(services, name)
    found = await library.posts(channel.id, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    older = shown[-1].number if len(found) > PAGE else None
    gone = await library.gone_between(channel.id, after=older or 0, before=before)
    pinned = [] if before is not None else await library.pinned(channel.id)
    return {
        "channel": channel_view(channel),
        "rows": with_gone(await views_of(services, shown), [gone_view(one, services) for one in gone]),
        "pinned": await views_of(services, pinned),
        "older": older,
        "first_page": before is None,
    }


async def _post_context(services: Services, name: str, found: Post, after: int) -> dict[str, Any]:
    library = services.open_side.library
    channel = await access_channel(services, name)
    comments = await library.comments(found.id, after=after, limit=PAGE + 1)
    shown = comments[:PAGE]
    above = [] if found.comment_on is None else [await library.post(found.comment_on)]
    (view, *views) = await views_of(services, [found, *shown])
    return {
        "channel": channel_view(channel),
        "view": view,
        "comments": views,
        "above": await views_of(services, [one for one in above if one is not None]),
        "newer": shown[-1].number if len(comments) > PAGE else None,
    }


async def _own(services: Services, visitor: Member | None, name: str) -> dict[str, Any]:
    """What the page shows to somebody who is signed in."""
    own: dict[str, Any] = {"member": visitor, "may_post": False, "typed": "", "held": False}
    own |= {"refusal": None, "statement": None}
    if visitor is not None:
        entrance = await services.open_side.channel_store.standing(actor_of(visitor), name)
        own["may_post"] = entrance.channel.kind == "group" or entrance.standing.role is not None
    return own


async def _find(services: Services, name: str, post: str) -> Post | Gone:
    """Raises `PostUnknown`."""
    library = services.open_side.library
    if _is_number(post):
        found: Post | Gone | None = await library.post_numbered(name, int(post))
        found = found or await library.gone_numbered(name, int(post))
    else:
        wanted = _id(post)
        found = await library.post(wanted) or await library.gone(wanted)
    if found is None or found.channel != name:
        raise PostUnknown
    return found


async def _publish(services: Services, member: Member, name: str, below: str, draft: Draft) -> Outcome[Post]:
    publisher = services.open_side.publisher
    if not below:
        return await publisher.post(actor_of(member), name, draft)
    return await publisher.comment(actor_of(member), PostId.parse(below), draft)


async def _uploaded(services: Services, member: Member, form: Mapping[str, Any]) -> list[Wanted]:
    """The files chosen in the form, through the same door as every upload."""
    files = form.getall("files", []) if hasattr(form, "getall") else []
    wanted = []
    for file in files:
        if not isinstance(file, UploadFile) or not file.filename:
            continue
        uploaded = await services.open_side.uploader.upload(
            actor_of(member), _pieces(file), declared_type=file.content_type, declared_size=None
        )
        wanted.append(Wanted(uploaded.id, None, clean_file_name(file.filename)))
    return wanted


async def _pieces(file: UploadFile) -> Any:
    while piece := await file.read(256 * 1024):
        yield piece


async def _again(
    request: Request[Any, Any, Any],
    services: Services,
    member: Member,
    name: str,
    below: str,
    typed: str,
    status: int,
    said: Mapping[str, Any],
) -> Response[bytes]:
    """The page that the composer stood on, with what was typed and what became of it."""
    if below:
        found = await _find(services, name, below)
        if isinstance(found, Gone):
            raise PostUnknown
        template, values = "post.html", await _post_context(services, name, found, 0)
    else:
        template, values = "channel.html", await _channel_context(services, name, None)
    values |= await _own(services, member, name) | {"typed": typed, **said}
    return page(request, template, status=status, section="channels", **values)


def _id(post: str) -> PostId:
    """In an address, what is no id is only a page that is not there."""
    try:
        return PostId.parse(post)
    except MalformedId:
        raise PostUnknown from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


routes = [channel_page, post_page, publish_from_page]
