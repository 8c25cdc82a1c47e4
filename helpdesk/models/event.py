"""The history of every ticket; the database refuses to change or delete it (T5)."""

from django.db import models

from helpdesk import trace
from helpdesk.models.catalog import ApplicationCatalog
from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket


class TicketEvent(models.Model):
    """One change of a ticket: who, what, from what to what, when (T5). No actor means the system.

    The application is the ticket's, which never changes (T1); the database fills it in, whoever writes the row. It stands here so
    that the history of one application is found among those of all.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events")
    application = models.ForeignKey(
        ApplicationCatalog, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="ticket_events", db_index=False
    )
    action = models.CharField(max_length=40)
    metadata = models.JSONField(default=dict)
    timestamp = models.DateTimeField()
    request_id = models.CharField(max_length=64, blank=True, default=trace.current, db_default="", editable=False)
    """Of the request or task that wrote it, as the log and the mails about it have it."""

    class Meta:
        ordering = ("timestamp", "pk")
        indexes = (
            models.Index(fields=("ticket", "timestamp"), name="event_of_ticket"),
            models.Index(fields=("-timestamp", "-id"), name="event_newest"),
            models.Index(fields=("actor", "-timestamp", "-id"), name="event_of_actor"),
            models.Index(fields=("action", "-timestamp", "-id"), name="event_of_action"),
            models.Index(fields=("application", "-timestamp", "-id"), name="event_of_application"),
        )

    def __str__(self) -> str:
        return f"{self.action} on {self.ticket_id}"
