"""Mails about a ticket as such: raised, received, resolved, withdrawn."""

from __future__ import annotations

from helpdesk.notifications.registry import Detail, Message, Quote, register
from workflow.audience import Kind
from workflow.facts import TicketRaised, TicketResolved, TicketWithdrawn


@register
class Raised(Message):
    kind = Kind.RAISED
    purpose = "A new ticket waits for an engineer."
    tells = (TicketRaised,)

    def words(self) -> dict[str, object]:
        return {"by": self.letter.by}


@register
class Receipt(Message):
    kind = Kind.RECEIPT
    purpose = "The reporter's ticket has arrived and has a case id."
    tells = (TicketRaised,)


@register
class Resolved(Message):
    kind = Kind.RESOLVED
    purpose = "A ticket is resolved, in time or after its promise."
    tells = (TicketResolved,)

    def words(self) -> dict[str, object]:
        return {"by": self.letter.by, "is_late": bool(self.payload["late"])}

    def details(self) -> list[Detail]:
        return [
            Detail(label="Resolved by", value=self.letter.by),
            Detail(label="Resolved", value=self.letter.when(self.letter.row.event.timestamp)),
        ]

    def quotes(self) -> list[Quote]:
        return [Quote(label="Resolution note", text=self.payload["note"])]


@register
class Withdrawn(Message):
    kind = Kind.WITHDRAWN
    purpose = "A ticket is withdrawn and needs nobody's work."
    tells = (TicketWithdrawn,)

    def words(self) -> dict[str, object]:
        return {"by": self.letter.by, "repeats": self.payload["repeats"]}

    def details(self) -> list[Detail]:
        return [
            Detail(label="Withdrawn by", value=self.letter.by),
            Detail(label="Repeats", value=self.payload["repeats"]),
        ]

    def quotes(self) -> list[Quote]:
        return [Quote(label="Reason", text=self.payload["reason"])]
