"""The history of every ticket; the database refuses to change or delete it (T5)."""

from django.db import models

from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket


class TicketEvent(models.Model):
    """One change of a ticket: who, what, from what to what, when (T5). No actor means the system."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="ticket_events")
    action = models.CharField(max_length=40)
    metadata = models.JSONField(default=dict)
    timestamp = models.DateTimeField()

    class Meta:
        ordering = ("timestamp", "pk")
        indexes = (
            models.Index(fields=("ticket", "timestamp"), name="event_of_ticket"),
            models.Index(fields=("-timestamp", "-id"), name="event_newest"),
        )

    def __str__(self) -> str:
        return f"{self.action} on {self.ticket_id}"
