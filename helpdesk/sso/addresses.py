"""Where a browser may be sent."""

from django.utils.http import url_has_allowed_host_and_scheme


def local_path(address: str) -> str:
    """The address when it is a path of this site, else nothing."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    return address
