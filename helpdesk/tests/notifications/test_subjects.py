"""Hostile titles: no header more than ours, and no mail left unsent (E4)."""

import pytest

from helpdesk.notifications.delivery import _message
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.render import SUBJECT_MAX, render, subject_line
from helpdesk.tests.notifications.samples import a_row

BREAKS = {
    "CR": "\r", "LF": "\n", "CRLF": "\r\n", "LFCR": "\n\r", "two LF": "\n\n", "VT": "\v", "FF": "\f", "NEL": "\x85",
    "line separator": "\u2028", "paragraph separator": "\u2029", "file separator": "\x1c", "folded": "\r\n ",
    "encoded CRLF": "%0d%0a", "written CRLF": "\\r\\n",
}  # fmt: skip
HEADERS = {
    "a copy": "Bcc: victim@corp.example",
    "another subject": "Subject: Your password",
    "a body": "\r\nClick here",
    "an encoded word": "=?utf-8?q?=0D=0ABcc:_victim@corp.example?=",
}
ODD = {
    "NUL": "a\x00b", "bell": "\x07", "escape": "\x1b[31mred", "delete": "\x7f", "C1": "\x9b31m",
    "right-to-left override": "abc\u202egpj.exe", "left-to-right override": "\u202dabc", "isolate": "\u2066abc\u2069",
    "zero width space": "a\u200bb", "byte order mark": "\ufeffabc", "soft hyphen": "a\u00adb", "joiner": "a\u200db",
    "only blanks": "   ", "only breaks": "\r\n\r\n", "2,000 letters": "x" * 2000, "2,000 wide letters": "漢" * 2000,
    "2,000 emoji": "🧯" * 2000, "many marks": "e" + "\u0301" * 500, "arabic": "تعذر التصدير", "hebrew": "הייצוא נעצר",
    "tab": "a\tb", "quotes": "\"'`", "tags": "<script>alert(1)</script>", "template": "{{ ticket }}{% now 'Y' %}",
    "ampersand": "a &amp; b", "long word": "word" * 300, "percent": "%s %(x)s {0}", "backslashes": "\\" * 50,
    "encoded word": "=?utf-8?b?SGVsbG8=?=", "lone surrogate": "a\ud800b", "private use": "\ue000", "tag letters": "\U000e0041",
}  # fmt: skip
TITLES = {
    **{
        f"{what} after {name}": f"Printer{brk}{header}"
        for name, brk in BREAKS.items()
        for what, header in HEADERS.items()
    },
    **ODD,
}
ALLOWED = {
    "Subject", "From", "To", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type",
}  # fmt: skip


def test_there_are_enough_hostile_titles():
    assert len(TITLES) >= 80


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_subject_line_is_one_bounded_printable_line(title):
    line = subject_line(f"[N-EXP-1001] Resolved: {title}")

    assert line.splitlines() == [line]
    assert len(line) <= SUBJECT_MAX
    assert line.startswith("[N-EXP-1001] Resolved:")
    assert not set(line) & {"\x00", "\u202e", "\u2028", "\u2029", "\x1b"}


@pytest.mark.django_db
def test_hostile_titles_add_no_header_and_leave_no_mail_unsent():
    letter = Letter.read(a_row("resolved").pk)
    extra, unsent = {}, {}

    for name, title in TITLES.items():
        letter.ticket.title = title
        try:
            sent = _message(letter.row, render(letter)).message()
            as_bytes = sent.as_bytes()
        except (ValueError, UnicodeError) as error:
            unsent[name] = error
            continue
        if set(sent.keys()) != ALLOWED or b"\nBcc:" in as_bytes.split(b"\n\n")[0]:
            extra[name] = sent.keys()

    assert (extra, unsent) == ({}, {})


@pytest.mark.django_db
def test_a_title_stays_text_in_the_html_part():
    letter = Letter.read(a_row("resolved").pk)
    letter.ticket.title = "<script>alert(1)</script>"

    html = render(letter).html

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
