"""The address of this machine that a talk is served on."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import Final

from slidegen.errors import Problem, SlidegenError

AUTO: Final = "auto"
ELSEWHERE: Final = (("192.0.2.1", 9), ("203.0.113.1", 9), ("10.255.255.255", 9))
"""Addresses to which the system has a route in most networks. Nothing is sent there."""


def address_mistake(host: str) -> str | None:
    """Returns what is wrong with an address to serve on, in words; None if nothing is."""
    if host == AUTO:
        return None
    try:
        address = ip_address(host)
    except ValueError:
        return f"{host!r} is not an address; allowed: auto, an address of this machine such as 192.168.1.20"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return f"{host} is an IPv4 address in the form of IPv6; allowed: {address.ipv4_mapped}"
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return f"{host} is an address of one interface, which no link can name; allowed: auto, another address"
    if address.is_unspecified or address.is_multicast or host == "255.255.255.255":
        return f"{host} stands for several addresses; allowed: auto, one address of this machine"
    return None


def normal(host: str) -> str:
    """Returns an address as browsers write it: an IPv6 address in lower case and short."""
    return host if host == AUTO else str(ip_address(host))


def room_address() -> str:
    """Returns this machine's address in the network of the room.

    Raises:
        SlidegenError: it has none that is private, so serving there might be serving to the whole internet.
    """
    for target in ELSEWHERE:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(target)
            found = str(asked.getsockname()[0])
            address = ip_address(found)
            if address.is_private and not address.is_loopback and not address.is_unspecified:
                return found
    what = "--host auto: this machine does not have a private address in a network; name one: --host ADDRESS"
    raise SlidegenError([Problem(what, code="port")])


def authority(host: str, port: int) -> str:
    """Returns the host and the port as an address has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
