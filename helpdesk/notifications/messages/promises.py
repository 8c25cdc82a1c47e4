"""Mails of the clock: a due time comes near, a promise passed, a ticket waits too long."""

from __future__ import annotations

from helpdesk.notifications.registry import Detail, Message, register
from workflow.audience import Kind
from workflow.errors import in_words
from workflow.facts import AcceptanceStale, TicketEscalated, TicketReminded, TriageStale


@register
class DueSoon(Message):
    kind = Kind.DUE_SOON
    purpose = "The promised due time comes near."
    tells = (TicketReminded,)

    def words(self) -> dict[str, object]:
        return {"due": self.letter.when(self.payload["due_at"])}

    def details(self) -> list[Detail]:
        return [Detail(label="Due", value=self.letter.when(self.payload["due_at"]))]


@register
class Escalated(Message):
    kind = Kind.ESCALATED
    purpose = "A promise passed and the ticket is not resolved."
    tells = (TicketEscalated,)

    def words(self) -> dict[str, object]:
        return {
            "due": self.letter.when(self.payload["due_at"]),
            "engineer": self.payload["engineer_name"],
            "reason": self.payload["reason"],
        }

    def details(self) -> list[Detail]:
        return [
            Detail(label="Engineer", value=self.payload["engineer_name"]),
            Detail(label="Was due", value=self.letter.when(self.payload["due_at"])),
            Detail(label="Escalated to", value=", ".join(self.payload["escalated_to_names"])),
        ]


@register
class Stale(Message):
    kind = Kind.STALE
    purpose = "A ticket waits too long for an engineer or for a resolution time."
    tells = (TriageStale, AcceptanceStale)

    def words(self) -> dict[str, object]:
        return {
            "engineer": self.payload.get("engineer_name", ""),
            "target": in_words(self.payload["target_minutes"]),
        }

    def details(self) -> list[Detail]:
        return [
            Detail(label="Engineer", value=self.payload.get("engineer_name", "")),
            Detail(label="Waiting since", value=self.letter.when(self.payload["since"])),
            Detail(label="Target", value=in_words(self.payload["target_minutes"])),
        ]
