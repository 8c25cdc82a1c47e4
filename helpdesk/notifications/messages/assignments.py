"""Mails about who works on a ticket and where it stands in their line: assigned, reassigned, due times moved."""

from __future__ import annotations

from typing import ClassVar

from helpdesk.notifications.chains import chains_of
from helpdesk.notifications.registry import Chain, Detail, Message, Quote, register
from workflow.audience import Kind
from workflow.facts import DuesMoved, Fact, TicketAssigned, TicketReassigned


@register
class Assigned(Message):
    kind = Kind.ASSIGNED
    purpose = "An engineer has a new ticket, with who assigned it and when it is due."
    tells: ClassVar[tuple[type[Fact], ...]] = (TicketAssigned,)

    def words(self) -> dict[str, object]:
        return {"by": self.letter.by, "needs_commitment": bool(self.payload["is_expected"])}

    def details(self) -> list[Detail]:
        return [
            Detail(label="Assigned by", value=self.letter.by),
            *self._line_up(),
            Detail(label=self._due_label(), value=self.letter.when(self.payload["due_at"])),
        ]

    def quotes(self) -> list[Quote]:
        return [Quote(label="Comment", text=self.payload["comment"])]

    def _line_up(self) -> list[Detail]:
        """Where it stands in line; an escalated ticket takes no place (E3)."""
        if not self.payload["starts_at"]:
            return []
        return [
            Detail(label="Lined up behind", value=self.payload["queued_after"] or ""),
            Detail(label="Planned start", value=self.letter.when(self.payload["starts_at"])),
        ]

    def _due_label(self) -> str:
        """Expected is never called promised (C4); an escalated ticket keeps the promise that passed (E3)."""
        if not self.payload["starts_at"]:
            return "Promise that passed"
        return "Expected due" if self.payload["is_expected"] else "Due"


@register
class Reassigned(Assigned):
    kind = Kind.REASSIGNED
    purpose = "A ticket went from one engineer to another, with who did it and why."
    tells = (TicketReassigned,)

    def words(self) -> dict[str, object]:
        return {
            **super().words(),
            "is_yours": self.letter.is_to(self.payload["engineer_id"]),
            "engineer": self.payload["engineer_name"],
            "previous": self.payload["previous_engineer_name"],
        }

    def details(self) -> list[Detail]:
        if self.letter.is_to(self.payload["engineer_id"]):
            return super().details()
        return [
            Detail(label="Reassigned by", value=self.letter.by),
            Detail(label="Now with", value=self.payload["engineer_name"]),
        ]


@register
class DueTimesMoved(Message):
    kind = Kind.DUE_MOVED
    purpose = "One decision moved due times in an engineer's line; the mail names every case it moved."
    tells = (DuesMoved,)

    def words(self) -> dict[str, object]:
        return {"count": len(self.payload["moves"]), "cause": self.payload["cause"]}

    def details(self) -> list[Detail]:
        return [
            Detail(label=move["case_id"], value=self._moved(move["due_from"], move["due_to"], move["is_promise"]))
            for move in self.payload["moves"]
        ]

    def quotes(self) -> list[Quote]:
        return [Quote(label="Comment", text=self.payload["comment"])]

    def chains(self) -> list[Chain]:
        return chains_of(self.letter, [move["case_id"] for move in self.payload["moves"]])

    def _moved(self, due_from: str, due_to: str, is_promise: bool) -> str:
        """From, to, and whether it is a promise or an expectation."""
        what = "due" if is_promise else "expected"
        return f"{what} {self.letter.when(due_to)} (was {self.letter.when(due_from)})"
