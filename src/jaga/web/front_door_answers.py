"""What the front door itself answers on the Matrix side: JSON with `errcode`, readable from any origin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from jaga.core.errors import JagaError, TooMany
from jaga.core.text import Text
from jaga.web.asgi import Send
from jaga.web.front_door_reasons import Because
from jaga.web.front_door_shapes import Unfit
from jaga.web.problems import status_of

Headers = Iterable[tuple[bytes, bytes]]

# Client-server API, "Web browser clients": any origin may call, since nothing here rests on cookies.
CORS: list[tuple[bytes, bytes]] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"X-Requested-With, Content-Type, Authorization, If-None-Match"),
    (b"access-control-expose-headers", b"Retry-After, ETag"),
]
_ERRCODES = {400: "M_BAD_JSON", 413: "M_TOO_LARGE", 429: "M_LIMIT_EXCEEDED", 503: "M_UNKNOWN"}
_RETRY_AFTER = b"2"
_SHOWN = 400  # characters of a field's path; parts of it came from the client
_A_DAY = b"86400"


async def send_json(send: Send, status: int, body: Mapping[str, object], more: Headers = ()) -> None:
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        *CORS,
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


async def refusal(because: Because, send: Send) -> None:
    """403, in the words of the specification for clients and with our own code for developers."""
    body = {
        "errcode": "M_FORBIDDEN",
        "error": because.value.en,
        "org.jaga.code": because.name,
        "org.jaga.text": because.value.as_dict(),
    }
    await send_json(send, 403, body)


async def unfit(because: Because, fault: Unfit, send: Send) -> None:
    """403 for a body that may not pass, naming the part at fault."""
    where = fault.where.removeprefix(".")[:_SHOWN] or "-"
    hint = Text(id=f"Hilangkan atau ubah: {where}", en=f"Leave out or change: {where}")
    await _refusal_with(because, hint, where, send)


async def not_encrypted(mime: str, send: Send) -> None:
    """403 for a file that can be told to be clear, saying what it looks like."""
    hint = Text(id=f"Berkas ini tampak seperti {mime}.", en=f"It looks like {mime}.")
    await _refusal_with(Because.NO_CLEAR_MEDIA, hint, mime, send)


async def _refusal_with(because: Because, hint: Text, where: str, send: Send) -> None:
    text = Text(id=f"{because.value.id} {hint.id}", en=f"{because.value.en} {hint.en}")
    body = {
        "errcode": "M_FORBIDDEN",
        "error": text.en,
        "org.jaga.code": because.name,
        "org.jaga.field": where,
        "org.jaga.text": text.as_dict(),
    }
    await send_json(send, 403, body)


async def refused_by_us(error: JagaError, send: Send) -> None:
    """A refusal of the open side, said in the manner of the Matrix API."""
    status = status_of(error)
    text = error.text.format(**error.fields)
    body: dict[str, object] = {
        "errcode": _ERRCODES.get(status, "M_FORBIDDEN"),
        "error": text.en,
        "org.jaga.code": error.code.upper(),
        "org.jaga.text": text.as_dict(),
    }
    await send_json(send, status, body, [(b"retry-after", _RETRY_AFTER)] if status == 503 else [])


async def limited(error: TooMany, send: Send) -> None:
    """429, as the specification has it; the wait is also in the header that HTTP has for it."""
    seconds = int(str(error.fields.get("seconds", 60)))
    text = error.text.format(**error.fields)
    body = {
        "errcode": "M_LIMIT_EXCEEDED",
        "error": text.en,
        "retry_after_ms": seconds * 1000,
        "org.jaga.text": text.as_dict(),
    }
    await send_json(send, 429, body, [(b"retry-after", str(seconds).encode())])


async def unavailable(send: Send, status: int) -> None:
    body = {
        "errcode": "M_UNKNOWN",
        "error": "The sealed side is not available at the moment; try again shortly.",
        "org.jaga.code": "SEALED_SIDE_UNAVAILABLE",
        "retry_after_ms": 2000,
    }
    await send_json(send, status, body, [(b"retry-after", _RETRY_AFTER)])


async def preflight(send: Send) -> None:
    headers = [*CORS, (b"access-control-max-age", _A_DAY)]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def well_known_client(method: str, public_url: str, send: Send) -> None:
    """Where a client that knows only the server's name finds it (client-server API, "Server discovery")."""
    if method == "OPTIONS":
        await preflight(send)
    elif method in {"GET", "HEAD"}:
        await send_json(send, 200, {"m.homeserver": {"base_url": public_url.rstrip("/")}})
    else:
        await send_json(
            send, 405, {"errcode": "M_UNRECOGNIZED", "error": "GET only"}, [(b"allow", b"GET, HEAD")]
        )
