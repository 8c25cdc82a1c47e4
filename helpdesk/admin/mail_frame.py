"""A mail in a frame that can do nothing: what strangers wrote is in it."""

from django.http import HttpResponse

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""No script, no form, nothing from outside, and no origin of its own; mails carry their styles in their tags."""


def framed(html: str) -> HttpResponse:
    """The mail as a page of its own, for a frame of ours and nobody else's."""
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"})
