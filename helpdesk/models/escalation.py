"""A broken promise, told to the engineer's manager (E1)."""

from django.db import models

from helpdesk.models.assignment import Assignment
from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket


class Escalation(models.Model):
    """The one escalation of a ticket (E1, E3); without a usable reporting authority it went to all others (P5)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="escalation")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="escalations")
    escalated_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="escalations_received"
    )
    escalated_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="The promise that passed.")
    reason = models.TextField()
    email_sent = models.BooleanField(default=False)

    class Meta:
        ordering = ("-escalated_at",)

    def __str__(self) -> str:
        return f"Escalation of {self.ticket_id}"
