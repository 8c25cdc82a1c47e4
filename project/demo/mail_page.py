"""The caught mails as pages: a list, and one mail with its HTML locked into a frame and its text beside it."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from project.demo.mail_box import CaughtMail
from project.demo.pages import page

SHOWN_HEADERS = ("From", "To", "Date", "Reply-To", "Message-ID", "In-Reply-To", "References", "Auto-Submitted")
# A mail is what somebody else wrote: no script, no form, no picture from outside, also when opened by itself.
HTML_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
PAGE_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-src 'self'"


def list_page(mails: Iterable[CaughtMail], to: str) -> str:
    rows = "".join(_row(mail) for mail in mails)
    whose = (
        f"Mails to {to}, newest first."
        if to
        else "Every mail the demo desk sent, newest first. None of them left this machine."
    )
    return page("Caught mails", whose, f"<ul>{rows}</ul>" if rows else "<p>No mail yet.</p>")


def mail_page(mail: CaughtMail) -> str:
    shown = [(name, mail.headers[name]) for name in SHOWN_HEADERS if name in mail.headers]
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
        for name, value in [("Delivered to", ", ".join(mail.to)), *shown]
    )
    frame = (
        f'<iframe title="HTML part" sandbox src="/mail/{mail.id}/html"></iframe>'
        if mail.html
        else "<p>No HTML part.</p>"
    )
    body = f'<dl>{facts}</dl><div class="columns"><div>{frame}</div><div class="card"><pre>{escape(mail.text)}</pre></div></div>'
    return page(
        mail.subject or "(no subject)", f"Received {_time(mail)}", f'{body}<p><a href="/">All mails</a></p>', wide=True
    )


def _row(mail: CaughtMail) -> str:
    return (
        f'<li><a class="card" href="/mail/{quote(mail.id)}"><strong>{escape(mail.subject or "(no subject)")}</strong>'
        f"<small>to {escape(', '.join(mail.to))} · {_time(mail)}</small></a></li>"
    )


def _time(mail: CaughtMail) -> str:
    return f"{mail.received_at[:10]} {mail.received_at[11:19]} UTC"
