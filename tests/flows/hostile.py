"""Texts that try to become part of a page: each would call `__xss()` or leave an element marked `data-xss` where it is not escaped (W6)."""

import re
from collections.abc import Iterator
from itertools import islice

ELEMENTS = (
    "<script data-xss>__xss()</script>",
    "<img data-xss src=x onerror=__xss()>",
    "<svg data-xss onload=__xss()>",
    "<svg data-xss><script>__xss()</script></svg>",
    "<iframe data-xss srcdoc='<script>parent.__xss()</script>'>",
    "<iframe data-xss src=javascript:parent.__xss()>",
    "<details data-xss open ontoggle=__xss()>",
    "<input data-xss autofocus onfocus=__xss()>",
    "<video data-xss><source onerror=__xss()></video>",
    "<a data-xss href=javascript:__xss()>a</a>",
    "<form data-xss action=javascript:__xss()><button>b",
    "<math data-xss><mi xlink:href=javascript:__xss()>",
    "<object data-xss data=javascript:__xss()>",
    "<style data-xss>@import 'javascript:__xss()'</style>",
    "<div data-xss x-data x-init=__xss()>",
    "<div data-xss hx-get=/healthz hx-trigger=load>",
    "<base data-xss href=//evil.example/>",
    "<meta data-xss http-equiv=refresh content=0;url=/>",
)
BEFORE = ("", '">', "'>", "</title>", "</textarea>", "</script>", "-->")
ATTRIBUTES = (
    '" autofocus onfocus=__xss() data-xss="',
    "' onmouseover=__xss() data-xss='",
    "x onerror=__xss() data-xss ",
)
EXPRESSIONS = (
    "{{ __xss() }}", "{% debug %}", "${__xss()}", "#{__xss()}", "<%= __xss() %>", "javascript:__xss()", "&lt;img data-xss&gt;",
    "&#60;img data-xss&#62;", "\\u003cimg data-xss\\u003e", "%3Cimg data-xss%3E", "';__xss();'", "\\';__xss();//", "</script ><img data-xss>",
    "<scr<script>ipt data-xss>", "\uff1cimg data-xss\uff1e", "<\u0131mg data-xss>",
)  # fmt: skip
MARK = re.compile(r"x\d{3}x")


def _marked() -> Iterator[str]:
    plain = [*(before + one for before in BEFORE for one in ELEMENTS), *ATTRIBUTES, *EXPRESSIONS]
    yield from (f"x{number:03}x{text}" for number, text in enumerate(plain))


TEXTS = tuple(_marked())
MARKS = frozenset(MARK.match(text)[0] for text in TEXTS)  # type: ignore[index]
ALL = "\n".join(TEXTS)


def lines_of(longest: int) -> list[str]:
    """All of them in as few lines of at most so many characters."""
    lines: list[str] = []
    for text in TEXTS:
        if lines and len(lines[-1]) + 1 + len(text) <= longest:
            lines[-1] += " " + text
        else:
            lines.append(text)
    return lines


def some(lines: list[str], count: int) -> list[str]:
    """Spread over all of them, for fields that only a dialog fills."""
    return list(islice(lines, 0, None, max(1, len(lines) // count)))[:count]
