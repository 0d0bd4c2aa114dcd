"""What every form on our pages needs: it came from a page of ours, and it leads to a page of ours."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from jaga.web.sessions import ForeignOrigin, comes_from_us


def require_own_page(request: Request[Any, Any, Any]) -> None:
    """Raises `ForeignOrigin` for a form that another site has sent in somebody's name."""
    if not comes_from_us(request):
        raise ForeignOrigin


def here_only(address: str) -> str:
    """`address` when it is a path of this site, else nothing: no form may lead a visitor elsewhere."""
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else ""


def see(address: str) -> Response[Any]:
    """303: what was asked is done; look there."""
    return Response(None, status_code=303, headers={"Location": address, "Cache-Control": "no-store"})
