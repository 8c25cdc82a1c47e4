"""Where a request came from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

LONGEST = 60
"""Characters of an address that is none we know."""


def address_of(request: HttpRequest) -> str:
    """The caller's network address; behind our own proxies (`LINEUP_PROXIES`) the one the outermost of them saw.

    What a caller writes into X-Forwarded-For stands left of that and is not believed.
    """
    hops = settings.LINEUP_PROXIES
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    return seen[-hops] if 0 < hops <= len(seen) and seen[-hops] else request.META.get("REMOTE_ADDR", "")


def household_of(address: str) -> str:
    """What one caller has for certain: an address of IPv4, or the network of 64 bits that every line of IPv6 gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:LONGEST]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
