"""Where a request came from, and where a browser may be sent."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def address_of(request: HttpRequest) -> str:
    """The caller's network address; behind our own proxies (`LINEUP_PROXIES`) the one the outermost of them saw.

    What a caller writes into X-Forwarded-For stands left of that and is not believed.
    """
    hops = settings.LINEUP_PROXIES
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    return seen[-hops] if 0 < hops <= len(seen) and seen[-hops] else request.META.get("REMOTE_ADDR", "")


def local_path(address: str) -> str:
    """The address when it is a path of this site, else nothing."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    return address
