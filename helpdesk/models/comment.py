"""The conversation on a ticket (T6)."""

from django.db import models

from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket


class Comment(models.Model):
    """A public comment, or an internal one that only staff see (T6)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    body = models.TextField()
    is_internal = models.BooleanField("internal", default=False)
    created_at = models.DateTimeField()
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("created_at", "pk")
        constraints = (models.UniqueConstraint(fields=("author", "request_key"), name="comment_sent_once_per_form"),)
        indexes = (models.Index(fields=("ticket", "created_at"), name="comment_of_ticket"),)

    def __str__(self) -> str:
        return f"{self.author_id} on {self.ticket_id}"
