"""The mail catcher: takes every mail by SMTP on loopback and shows it on a page. Nothing is ever passed on."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from project.demo.mail_box import MailBox
from project.demo.mail_page import HTML_POLICY, PAGE_POLICY, list_page, mail_page
from project.demo.ports import LOOPBACK
from project.demo.web import Handler, Service

LARGEST_MAIL = 25 * 1024 * 1024
TEMPORARY = "451 4.3.0 Try again later"
PERMANENT = "550 5.1.1 No such mailbox"


class Catcher:
    """What the SMTP server asks for each mail; `answer` and `pause` are how it misbehaves on demand."""

    def __init__(self, box: MailBox) -> None:
        self.box = box
        self.answer = ""
        self.pause = 0.0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the mail, or give the answer the test asked for."""
        if self.pause:
            await asyncio.sleep(self.pause)
        if self.answer:
            return self.answer
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.box.add(list(envelope.rcpt_tos), content, datetime.now(UTC))
        return "250 2.0.0 Caught"


class MailHandler(Handler):
    """The page: `/` is the list, `/mail/ID` one mail. Asked for JSON, the list is a list."""

    service: "MailPage"

    def do_GET(self) -> None:
        asked = dict(self.query)
        to = asked.get("to", "")
        parts = self.route.strip("/").split("/")
        if parts == [""] and self._wants_json():
            self.send_json(200, [asdict(mail) for mail in self.service.box.mails(to, asked.get("about", ""))])
        elif parts == [""]:
            self.send_page(200, list_page(self.service.box.mails(to), to), [("Content-Security-Policy", PAGE_POLICY)])
        else:
            self._one(parts)

    def do_DELETE(self) -> None:
        """Forget all mails; only for programs, so that no page can be made to do it."""
        if self.route != "/" or not self._wants_json():
            self.send_json(404, {"error": "not_found"})
            return
        self.service.box.clear()
        self.send_bytes(204)

    def do_PUT(self) -> None:
        """`PUT /smtp/STATE`: let the SMTP side fail as real ones do, or work again; only for programs, as above."""
        parts = self.route.strip("/").split("/")
        moods = {"up": self.service.server.take_mail} | self.service.server.failures()
        if len(parts) != 2 or parts[0] != "smtp" or parts[1] not in moods or not self._wants_json():
            self.send_json(404, {"error": "not_found"})
            return
        moods[parts[1]]()
        self.send_bytes(204)

    def _wants_json(self) -> bool:
        return "application/json" in self.headers.get("Accept", "")

    def _one(self, parts: list[str]) -> None:
        mail = self.service.box.mail(parts[1]) if len(parts) in (2, 3) and parts[0] == "mail" else None
        if mail is None or parts[2:] not in ([], ["html"]):
            self.send_json(404, {"error": "not_found"})
        elif parts[2:] == ["html"]:
            self.send_page(200, mail.html, [("Content-Security-Policy", HTML_POLICY)])
        else:
            self.send_page(200, mail_page(mail), [("Content-Security-Policy", PAGE_POLICY)])


class MailPage(Service):
    handler = MailHandler

    def __init__(self, server: "MailServer", port: int) -> None:
        self.server = server
        self.box = server.box
        super().__init__(port)


class MailServer:
    """SMTP and page together. The methods after `stop` make the SMTP side fail as real ones do."""

    def __init__(self, folder: Path, *, smtp_port: int, page_port: int = 0) -> None:
        self.box = MailBox(folder)
        self.smtp_port = smtp_port
        self.page = MailPage(self, page_port)
        self._catcher = Catcher(self.box)
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return self.page.url

    def start(self) -> Self:
        self.page.start()
        self.take_mail()
        return self

    def stop(self) -> None:
        self.refuse_connections()
        self.page.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def failures(self) -> dict[str, Callable[[], None]]:
        """The ways to fail by the names a program asks for them."""
        return {
            "down": self.refuse_connections,
            "busy": self.answer_temporarily_no,
            "refusing": self.answer_permanently_no,
        }

    def refuse_connections(self) -> None:
        """The mail server is down."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def answer_temporarily_no(self) -> None:
        self._catcher.answer = TEMPORARY

    def answer_permanently_no(self) -> None:
        self._catcher.answer = PERMANENT

    def hang(self, seconds: float) -> None:
        """Take the mail but do not say so for a while."""
        self._catcher.pause = seconds

    def take_mail(self) -> None:
        """All is well (again)."""
        self._catcher.answer, self._catcher.pause = "", 0.0
        if self._controller is None:
            controller = Controller(
                self._catcher,
                hostname=LOOPBACK,
                port=self.smtp_port,
                data_size_limit=LARGEST_MAIL,
                enable_SMTPUTF8=True,
                ready_timeout=10,
            )
            controller.start()
            self._controller = controller
