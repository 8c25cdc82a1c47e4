"""Mails about the one extension of a ticket: asked for, approved, rejected."""

from __future__ import annotations

from helpdesk.notifications.chains import chains_of
from helpdesk.notifications.registry import Chain, Detail, Message, Quote, register
from workflow.audience import Kind
from workflow.errors import in_words
from workflow.facts import ExtensionApproved, ExtensionRejected, ExtensionRequested


@register
class Requested(Message):
    kind = Kind.EXTENSION_REQUESTED
    purpose = "An engineer asks for more time; one SM1 and one SM2 decide."
    tells = (ExtensionRequested,)

    def words(self) -> dict[str, object]:
        return {"by": self.letter.by, "extra": in_words(self.payload["extra_minutes"])}

    def details(self) -> list[Detail]:
        return [
            Detail(label="Asked by", value=self.letter.by),
            Detail(label="More time", value=in_words(self.payload["extra_minutes"])),
            Detail(label="Due now", value=self.letter.when(self.payload["due_at"])),
            Detail(label="Due if approved", value=self.letter.when(self.payload["due_if_approved"])),
        ]

    def quotes(self) -> list[Quote]:
        return [Quote(label="Comment", text=self.payload["comment"])]


@register
class Approved(Message):
    kind = Kind.EXTENSION_APPROVED
    purpose = "Both levels agreed to more time."
    tells = (ExtensionApproved,)

    def words(self) -> dict[str, object]:
        return {"due": self.letter.when(self.payload["due_to"])}

    def details(self) -> list[Detail]:
        return [
            Detail(label="Due", value=self.letter.when(self.payload["due_to"])),
            Detail(label="Was due", value=self.letter.when(self.payload["due_from"])),
            Detail(label="More time", value=in_words(self.payload["extra_minutes"])),
            Detail(label="Approved by", value=", ".join(self.payload["approvers"])),
        ]

    def quotes(self) -> list[Quote]:
        """The approvers' comments are for the staff; the reporter hears the new due time (X3)."""
        if not self.letter.sees_internal:
            return []
        return [Quote(label="Comment", text=text) for text in self.payload["comments"]]

    def chains(self) -> list[Chain]:
        return chains_of(self.letter, [self.letter.ticket.case_id])


@register
class Rejected(Message):
    kind = Kind.EXTENSION_REJECTED
    purpose = "There is no more time: the levels did not both agree, or the request was closed."
    tells = (ExtensionRejected,)

    def words(self) -> dict[str, object]:
        return {"extra": in_words(self.payload["extra_minutes"]), "reason": self.payload["reason"]}

    def details(self) -> list[Detail]:
        return [
            Detail(label="Asked for", value=in_words(self.payload["extra_minutes"])),
            Detail(label="Rejected by", value=", ".join(self.payload["rejected_by"]) or self.letter.by),
            Detail(label="Reason", value=self.payload["reason"]),
        ]

    def quotes(self) -> list[Quote]:
        return [Quote(label="Comment", text=text) for text in self.payload["comments"]]
