"""One message class per kind of mail; a kind nobody wrote a mail for is refused loudly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.notifications.letter import Letter
from workflow.audience import Kind
from workflow.facts import Fact
from workflow.texts import clean_text


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One line of what this mail adds to the ticket's facts, the same in HTML and text."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What somebody wrote, as they wrote it."""

    label: str
    text: str

    @property
    def lines(self) -> list[str]:
        return clean_text(self.text).split("\n")


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Why a case is due when it is: its decisions, one a line (B04)."""

    label: str
    lines: tuple[str, ...]


class Message:
    """What a kind of mail says beside the facts of its ticket.

    `purpose` says in a sentence what it is for; `tells` names the facts whose payload it reads. The templates are
    `helpdesk/email/<kind>_subject.txt`, `<kind>.txt` and `<kind>.html`.
    """

    kind: ClassVar[Kind]
    purpose: ClassVar[str]
    tells: ClassVar[tuple[type[Fact], ...]]

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.payload = letter.payload

    def words(self) -> dict[str, object]:
        """The plain values that the sentence of this kind names."""
        return {}

    def details(self) -> list[Detail]:
        """The lines below the sentence; those without a value are left out."""
        return []

    def quotes(self) -> list[Quote]:
        """What people wrote; empty ones are left out."""
        return []

    def chains(self) -> list[Chain]:
        """Why due times are what they are, where this mail tells that one moved; for the staff only."""
        return []


class MessageUnknown(LookupError):  # noqa: N818 - named after what happened
    """There is no mail for this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no mail for the kind {kind!r}: write a message class and its three templates.")


class MessageIncomplete(TypeError):  # noqa: N818 - named after what happened
    """A message class lacks an attribute, or takes a kind that has a mail already."""


_MESSAGES: dict[str, type[Message]] = {}


def register(message: type[Message]) -> type[Message]:
    """Make a message class known under its kind; refuses an incomplete one and a second one for a kind."""
    for name in ("kind", "purpose", "tells"):
        if not getattr(message, name, None):
            raise MessageIncomplete(f"{message.__name__} has no {name}.")
    kind = Kind(message.kind)
    if kind in _MESSAGES:
        raise MessageIncomplete(f"{message.__name__}: {_MESSAGES[kind].__name__} is the mail of {kind.value} already.")
    _MESSAGES[kind] = message
    return message


def message_for(kind: str) -> type[Message]:
    """The message class of a kind; raises MessageUnknown."""
    try:
        return _MESSAGES[kind]
    except KeyError:
        raise MessageUnknown(kind) from None


def registered() -> dict[str, type[Message]]:
    """Every kind that has a mail, with its class."""
    return dict(_MESSAGES)
