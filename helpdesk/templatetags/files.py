"""What pages say about files: the limits beforehand, sizes in words, and which ones can be looked at in the page."""

from django import template
from django.conf import settings

from helpdesk.models import Attachment
from storage import keys, limits

register = template.Library()

PICTURE, PAGES = "picture", "pdf"
SCAN_WORDS = {
    Attachment.Scan.WAITING: "being checked for viruses",
    Attachment.Scan.INFECTED: "kept back: the virus scanner found something in it",
}


@register.simple_tag
def file_limits() -> limits.Limits:
    """The types, sizes and numbers this desk takes (F3)."""
    return settings.LINEUP_FILES


@register.simple_tag
def csrf_cookie() -> str:
    """The cookie from which a page takes its token, so that a sign-in in another tab does not end its calls."""
    return settings.CSRF_COOKIE_NAME


@register.filter
def size_in_words(size: int) -> str:
    """Bytes for people: `1.2 MB`."""
    return limits.in_words(size)


@register.filter
def held_back(file: Attachment) -> str:
    """Why a file cannot be fetched now, in words; empty when it can."""
    return SCAN_WORDS.get(Attachment.Scan(file.scan), "")


@register.filter
def looks_like(file: Attachment) -> str:
    """`picture` or `pdf` where the page can show the file (F6); empty for what is only saved."""
    kind = limits.TYPES[keys.extension_of(file.filename)]
    if not kind.previewed:
        return ""
    return PICTURE if kind.content_type.startswith("image/") else PAGES


@register.filter
def room_beside(number: int, most: int) -> int:
    """How many more a ticket takes that holds so many."""
    return max(0, most - number)
