"""`/api/v1/channels/{name}/posts` and `/api/v1/posts/{id}`: publish, read, comment, edit, delete, pin, search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from jaga.channels.answers import Answer
from jaga.channels.errors import BadField, PostGone, PostUnknown
from jaga.channels.member import Member
from jaga.channels.post import Draft, Post
from jaga.channels.reading import LARGEST_PAGE, PAGE
from jaga.core.ids import PostId
from jaga.core.text import Text
from jaga.web.open.acting import actor_of, answer_to, fields_of, key_of, limit_of
from jaga.web.open.cache import JSON, answered, answered_json
from jaga.web.open.channels import access_channel, access_version, clean_query
from jaga.web.open.shapes import gone_shape, json_bytes, post_shape
from jaga.web.services import Services


@post("/api/v1/channels/{name:str}/posts")
async def publish(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    data: JSONBody[Any],
) -> Response[Any]:
    """201 with the post, 202 when a person must look first, 403 with the statement of reasons."""
    draft = Draft.parse(fields_of(data))
    outcome = await services.open_side.publisher.post(actor_of(member), name, draft, key=key_of(request))
    return answer_to(request, services.open_side, outcome, _shape(services), status=201)


@get("/api/v1/channels/{name:str}/posts")
async def list_posts(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    name: FromPath[str],
    before: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
) -> Response[bytes]:
    """Newest first; `before` is a post's number or id, `next` gives the following page.

    `removed` are the cards of posts in the same span that decisions took away.
    """
    size = limit_of(limit, LARGEST_PAGE)
    number = await _number(services, before)
    version = await access_version(services, name)

    async def make() -> bytes:
        channel = await access_channel(services, name)
        library = services.open_side.library
        found = await library.posts(channel.id, before=number, limit=size + 1)
        oldest = found[size - 1].number if len(found) > size else 0
        gone = await library.gone_between(channel.id, after=oldest, before=number)
        removed = {"removed": [gone_shape(one, services.open_side.category_title) for one in gone]}
        return _page(services, found, size, lambda last: str(last.number), removed)

    return answered(
        request, await services.open_side.answers.get(("posts", name, number, size), version, make), JSON
    )


@get("/api/v1/channels/{name:str}/pinned")
async def list_pinned(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    """What the channel keeps at its top, the latest pin first."""
    version = await access_version(services, name)

    async def make() -> bytes:
        channel = await access_channel(services, name)
        found = await services.open_side.library.pinned(channel.id)
        return _page(services, found, len(found), lambda _: None)

    return answered(request, await services.open_side.answers.get(("pinned", name), version, make), JSON)


@get("/api/v1/posts")
async def search(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    q: FromQuery[str],
    channel: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
) -> Response[bytes]:
    """Posts and comments that hold all the words of `q`, newest first."""
    size = limit_of(limit, LARGEST_PAGE)
    last = None if before is None else PostId.parse(before)
    within = None if channel is None else (await access_channel(services, channel)).id
    found = await services.open_side.library.search(
        clean_query(q), channel=within, before=last, limit=size + 1
    )
    return answered(request, Answer.of(_page(services, found, size, lambda post: post.id)), JSON)


@get("/api/v1/posts/{id:str}")
async def show_post(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str]
) -> Response[bytes]:
    found = await access_post(services, PostId.parse(id))
    return answered_json(request, post_shape(found, services.public_url))


@patch("/api/v1/posts/{id:str}")
async def edit_post(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    id: FromPath[str],
    data: JSONBody[Any],
) -> Response[Any]:
    """`text`, `entities` and `media` as they shall be; what is left out stays. A refused edit changes nothing."""
    post_id, fields = PostId.parse(id), dict(fields_of(data))
    fields.pop("reply_to", None)
    if not {"text", "media"} <= set(fields):
        fields = _completed(await access_post(services, post_id), fields)
    outcome = await services.open_side.publisher.edit(actor_of(member), post_id, Draft.parse(fields))
    return answer_to(request, services.open_side, outcome, _shape(services), status=200)


@delete("/api/v1/posts/{id:str}", status_code=204)
async def delete_post(
    services: NamedDependency[Services], member: NamedDependency[Member], id: FromPath[str]
) -> None:
    await services.open_side.keeper.delete(actor_of(member), PostId.parse(id))


@post("/api/v1/posts/{id:str}/pin", status_code=204)
async def pin_post(
    services: NamedDependency[Services], member: NamedDependency[Member], id: FromPath[str]
) -> None:
    await services.open_side.keeper.pin(actor_of(member), PostId.parse(id))


@delete("/api/v1/posts/{id:str}/pin", status_code=204)
async def unpin_post(
    services: NamedDependency[Services], member: NamedDependency[Member], id: FromPath[str]
) -> None:
    await services.open_side.keeper.unpin(actor_of(member), PostId.parse(id))


@get("/api/v1/posts/{id:str}/comments")
async def list_comments(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    id: FromPath[str],
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
) -> Response[bytes]:
    """Oldest first; `next` goes into `after`."""
    size = limit_of(limit, LARGEST_PAGE)
    found = await access_post(services, PostId.parse(id))
    start = await _number(services, after) or 0
    comments = await services.open_side.library.comments(found.id, after=start, limit=size + 1)
    body = _page(services, comments, size, lambda last: str(last.number))
    return answered(request, Answer.of(body), JSON)


@post("/api/v1/posts/{id:str}/comments")
async def comment(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    id: FromPath[str],
    data: JSONBody[Any],
) -> Response[Any]:
    draft = Draft.parse(fields_of(data))
    outcome = await services.open_side.publisher.comment(
        actor_of(member), PostId.parse(id), draft, key=key_of(request)
    )
    return answer_to(request, services.open_side, outcome, _shape(services), status=201)


async def access_post(services: Services, id: PostId) -> Post:
    """A post that can be read; raises `PostGone` for what a decision took away, else `PostUnknown`."""
    found = await services.open_side.library.post(id)
    if found is not None:
        return found
    gone = await services.open_side.library.gone(id)
    if gone is None:
        raise PostUnknown
    raise PostGone(**gone_shape(gone, services.open_side.category_title))


async def _number(services: Services, cursor: str | None) -> int | None:
    """A cursor is a post's number, or its id."""
    if cursor is None:
        return None
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 19:
        return int(cursor)
    if not cursor.startswith("post_"):
        raise BadField(field="before", why=Text(id="bukan nomor atau pengenal.", en="it is no number or id."))
    return (await access_post(services, PostId.parse(cursor))).number


def _page(
    services: Services,
    found: list[Post],
    size: int,
    cursor: Any,
    more: Mapping[str, Any] | None = None,
) -> bytes:
    page = found[:size]
    return json_bytes(
        {
            "items": [post_shape(one, services.public_url) for one in page],
            "next": cursor(page[-1]) if len(found) > size else None,
            **(more or {}),
        }
    )


def _completed(post: Post, fields: dict[str, Any]) -> dict[str, Any]:
    """The request with what it leaves as it is."""
    as_it_is: dict[str, Any] = {
        "media": [{"id": one.id, "kind": one.kind, "file_name": one.file_name} for one in post.media]
    }
    if "text" not in fields:
        as_it_is |= {"text": post.text, "entities": [entity.as_dict() for entity in post.entities]}
    return {**as_it_is, **fields}


def _shape(services: Services) -> Any:
    return lambda post: post_shape(post, services.public_url)


routes = [
    publish,
    list_posts,
    list_pinned,
    search,
    show_post,
    edit_post,
    delete_post,
    pin_post,
    unpin_post,
    list_comments,
    comment,
]
