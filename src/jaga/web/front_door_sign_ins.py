"""How often one place may try passwords. Addresses live in this memory only, and nowhere else in Jaga."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from jaga.channels.rates import Rate
from jaga.core.errors import TooMany
from jaga.core.text import Text

_A_MINUTE = 20
_HOME = 64
"""Bits of an IPv6 address that name a household; the rest any of its devices may choose."""


class TooManySignIns(TooMany):
    code = "too_many_sign_ins"
    text = Text(
        id="Terlalu sering mencoba masuk; coba lagi dalam {seconds} detik.",
        en="Too many attempts to sign in; try again in {seconds} seconds.",
    )


class SignIns:
    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._rate = Rate(_A_MINUTE, elapsed=elapsed)

    def count(self, client: tuple[str, int] | None) -> None:
        """Raises `TooManySignIns`. This machine itself is not counted: there it is us, or a proxy that counts its clients."""
        place = place_of(client)
        if place is None:
            return
        try:
            self._rate.spend(place)
        except TooMany as error:
            raise TooManySignIns(**error.fields) from None


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
