"""Texts that try to become more than text, and a reader that finds whether one did."""

from html.parser import HTMLParser

CORPUS = (
    "<zq>",
    "<zq/>",
    "<zq onzq=1>",
    "<ZQ>",
    "</td></tr></table><zq>",
    "</pre></textarea></title></script></style></iframe><zq>",
    "--><zq>",
    "]]><zq>",
    "<![CDATA[<zq>",
    "<!--<zq>-->",
    '"><zq>',
    "'><zq>",
    '" zqattr="1',
    "' zqattr='1",
    "` zqattr=1",
    '" autofocus onfocus="zq()" zqattr="',
    "<img src=x onerror=zq() zqattr>",
    "<svg onload=zq() zqattr>",
    "<svg><script zqattr>zq()</script></svg>",
    "<math><mi//xlink:href='javascript:zq()' zqattr>",
    "<a href='javascript:zq()' zqattr>x</a>",
    "javascript:zq()//<zq>",
    "<iframe srcdoc='<zq>' zqattr></iframe>",
    "<form action=/desk/ zqattr><button>",
    "<base href=//evil.example zqattr>",
    "<meta http-equiv=refresh content=0 zqattr>",
    "<link rel=stylesheet href=//evil.example zqattr>",
    "<style zqattr>*{display:none}</style>",
    "<body onload=zq() zqattr>",
    "<input value=1 zqattr>",
    "{{ 7|add:7 }}<zq>",
    "{% load x %}<zq>",
    "${7*7}<zq>",
    "&lt;zq&gt;&amp;<zq>",
    "%3Czq%3E<zq>",
    "\u202e<zq>\u202d",
    "\u2028<zq>\u2029",
    "\uff1czq\uff1e<zq>",
    "\x1b[31m<zq>",
    "a" * 120 + "<zq>",
)
"""Every one would leave a tag or an attribute whose name begins with zq where it was not escaped."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [tag, *(name for name, _ in attrs)]
        self.alive += [f"<{tag}> {name}" for name in names if name.startswith("zq") or "zq()" in name]


def alive_in(html: str) -> list[str]:
    """What of the corpus became a tag or an attribute of the page."""
    reader = _Reader()
    reader.feed(html)
    return reader.alive
