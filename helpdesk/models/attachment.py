"""Files of a ticket; their bytes live in S3 only (F1-F6)."""

from django.db import models
from django.db.models import Q

from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket


class Attachment(models.Model):
    """A file announced for a ticket; listed once S3 was asked and it is what was announced (F5)."""

    class State(models.TextChoices):
        PENDING = "pending", "being uploaded"
        CONFIRMED = "confirmed", "confirmed"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="attachments")
    filename = models.CharField(max_length=255)
    s3_key = models.CharField(max_length=400, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=44)
    content_type = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    is_internal = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="attachments")
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("uploaded_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("ticket", "filename", "size", "sha256"), name="attachment_announced_once"),
            models.CheckConstraint(
                condition=Q(state="pending", confirmed_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False),
                name="attachment_confirmed_with_time",
            ),
        )

    def __str__(self) -> str:
        return self.filename
