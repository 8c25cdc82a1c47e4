"""The caught mails on disk: one file each as it came, newest first, bounded."""

import json
import secrets
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

KEPT = 2000


@dataclass(frozen=True)
class CaughtMail:
    """One mail; `to` are the addresses it was delivered to, `received_at` is real time, ISO 8601 UTC."""

    id: str
    to: list[str]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    received_at: str


class MailBox:
    """All mails under one folder, read once at the start; safe to use from several threads."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self.folder = folder
        self.kept = kept
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._mails = [self._read(path) for path in sorted(folder.glob("*.json"))]

    def add(self, envelope_to: list[str], content: bytes, received_at: datetime) -> None:
        """Keep a mail; the oldest goes when there are too many."""
        name = f"{int(received_at.timestamp() * 1_000_000):020}-{secrets.token_hex(4)}"
        mail = parse(name, envelope_to, content, received_at)
        path = self._path(name)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(mail)))
        with self._lock:
            draft.replace(path)
            self._mails.append(mail)
            too_many = self._mails[: -self.kept]
            self._mails = self._mails[-self.kept :]
        for old in too_many:
            self._path(old.id).unlink(missing_ok=True)

    def mails(self, to: str = "", about: str = "") -> list[CaughtMail]:
        """Newest first; `to` is a whole address, in any case, `about` stands in the subject."""
        with self._lock:
            newest_first = self._mails[::-1]
        return [
            mail
            for mail in newest_first
            if about in mail.subject and (not to or to.lower() in (address.lower() for address in mail.to))
        ]

    def mail(self, name: str) -> CaughtMail | None:
        with self._lock:
            return next((mail for mail in self._mails if mail.id == name), None)

    def clear(self) -> None:
        with self._lock:
            gone, self._mails = self._mails, []
        for mail in gone:
            self._path(mail.id).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    @staticmethod
    def _read(path: Path) -> CaughtMail:
        return CaughtMail(**json.loads(path.read_text()))


def parse(name: str, envelope_to: list[str], content: bytes, received_at: datetime) -> CaughtMail:
    """Take a mail apart; who it was delivered to counts, not what its To line says, unless there is no envelope."""
    message = message_from_bytes(content, policy=policy.default)
    addresses = envelope_to or [address for _, address in getaddresses(message.get_all("To", []))]
    return CaughtMail(
        id=name,
        to=addresses,
        subject=str(message.get("Subject", "")),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers={header: str(value) for header, value in message.items()},
        received_at=received_at.isoformat(timespec="milliseconds"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return "" if body is None else str(body.get_content())
