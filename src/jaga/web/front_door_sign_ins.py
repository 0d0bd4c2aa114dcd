"""How often one place may try passwords. Addresses live in this memory only, and nowhere else in Jaga."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from jaga.channels.rates import Rate
from jaga.web.asgi import Scope

_A_MINUTE = 20
_HOME = 64
"""Bits of an IPv6 address that name a household; the rest any of its devices may choose."""


class SignIns:
    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._rate = Rate(_A_MINUTE, elapsed=elapsed)

    def count(self, scope: Scope) -> None:
        """Raises `TooMany`. This machine itself is not counted: there it is us, or a proxy that counts its clients."""
        place = place_of(scope.get("client"))
        if place is not None:
            self._rate.spend(place)


def place_of(client: tuple[str, int] | None) -> str | None:
    """The address, or the household of an IPv6 address; `None` for this machine and for a unix socket."""
    try:
        address: IPv4Address | IPv6Address = ip_address(client[0] if client else "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return None
    return str(address) if address.version == 4 else str(ip_network((address, _HOME), strict=False))
