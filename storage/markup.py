"""What a browser or a shell would run, found in the bytes a browser looks at to guess a type."""

import re

LOOKED_AT = 1445
"""Bytes from which browsers guess, by the WHATWG's MIME Sniffing standard."""

PAGE_START = re.compile(
    r"\s*(?:<\?php|<%|<!--|#!|javascript:|@echo off|"
    r"<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|img|meta|link)[\s/>])",
    re.IGNORECASE,
)
"""A page, a script or a program's first line, by its beginning."""

ACTIVE = re.compile(
    r"<!doctype\s+html|<html[\s>]|<script[\s/>]|<svg[\s>]|<iframe[\s>]|<body[\s>]|<object[\s>]|<embed[\s>]|"
    r"<foreignobject|<\?xml-stylesheet|<xsl:|<\?php|<[a-z][^<>]{0,300}\son[a-z]+\s*=|<[a-z][^<>]{0,300}javascript:",
    re.IGNORECASE,
)
"""Markup that runs or draws, wherever it stands."""

SCRIPT_IN_HEADER = re.compile(rb"(?:GIF8[79]a|\xff\xd8\xff\xe0|RIFF)(?:/\*|//|=)")
"""An image whose size field opens a comment or an assignment, so that the whole is a script too."""

OTHER_KINDS = (b"\x7fELF", b"%PDF-", b"GIF8")
"""Beginnings of what is no text, although it may hold nothing but letters."""

HEADER_FIELDS = re.compile(
    r"(?:From [^\r\n]+\r?\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|$))+"
)
"""The head of a mail, after an mbox line or at once."""

MAIL_FIELD = re.compile(r"^(?:from|to|date|subject|received|message-id):", re.IGNORECASE | re.MULTILINE)
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def as_text(first: bytes) -> str | None:
    """The beginning of a text, in UTF-8, UTF-16 with its mark (as Windows writes logs) or any older code; None for what is no text."""
    if not first or first.startswith(OTHER_KINDS):
        return None
    for mark, encoding in BYTE_ORDER_MARKS:
        if first.startswith(mark):
            text = first[len(mark) :].decode(encoding, "replace")
            break
    else:
        text = first.decode("latin-1")
    return None if "\0" in text else text


def in_text(text: str) -> bool:
    """Whether a text begins as a page or script, or has markup that runs where a browser looks."""
    return bool(PAGE_START.match(text) or ACTIVE.search(text[:LOOKED_AT]))


def is_mail(text: str) -> bool:
    """Whether a text begins with a mail's header fields, none of which holds markup; what follows them may be HTML."""
    head = HEADER_FIELDS.match(text)
    return head is not None and bool(MAIL_FIELD.search(head[0])) and not in_text(head[0])


def in_binary(first: bytes) -> bool:
    """Whether an image or a document carries markup or a script where a browser looks."""
    return bool(SCRIPT_IN_HEADER.match(first) or ACTIVE.search(first[:LOOKED_AT].decode("latin-1")))
