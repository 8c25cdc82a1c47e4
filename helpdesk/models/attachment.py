"""Files of a ticket; their bytes live in S3 only (F1-F6)."""

from django.db import models
from django.db.models import Q

from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket


class Attachment(models.Model):
    """A file announced for a ticket; listed once S3 was asked and it is what was announced (F5).

    `sha256` is base64. A file that waits for the scanner, or did not pass it, is listed and given to nobody.
    """

    class State(models.TextChoices):
        PENDING = "pending", "being uploaded"
        CONFIRMED = "confirmed", "confirmed"

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned", "not scanned"
        WAITING = "waiting", "waits for the scanner"
        CLEAN = "clean", "clean"
        INFECTED = "infected", "kept back"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="attachments")
    filename = models.CharField(max_length=255)
    s3_key = models.CharField(max_length=400, unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=44)
    content_type = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    scan_leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    is_internal = models.BooleanField(default=False)
    client_key = models.UUIDField(null=True, blank=True, editable=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="attachments")
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("uploaded_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "filename", "size", "sha256", "is_internal"), name="attachment_announced_once"
            ),
            models.UniqueConstraint(fields=("uploaded_by", "client_key"), name="attachment_once_per_client_key"),
            models.CheckConstraint(
                condition=Q(state="pending", confirmed_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False),
                name="attachment_confirmed_with_time",
            ),
            models.CheckConstraint(
                condition=Q(scanned_at__isnull=True, scan__in=("unscanned", "waiting"))
                | Q(scanned_at__isnull=False, scan__in=("clean", "infected")),
                name="attachment_scanned_with_time",
            ),
        )
        indexes = (
            models.Index(fields=("confirmed_at",), condition=Q(scan="waiting"), name="attachment_to_scan"),
            models.Index(fields=("uploaded_at",), condition=Q(state="pending"), name="attachment_unconfirmed"),
            models.Index(fields=("uploaded_by", "uploaded_at"), name="attachment_of_person"),
        )

    def __str__(self) -> str:
        return self.filename


class DiscardedObject(models.Model):
    """What may lie in the bucket of an upload that was refused or given up; nothing in the desk leads to it any more.

    The worker deletes it at once, and once more at `last_at`, when no link can put anything there any longer; then the row goes.
    """

    s3_key = models.CharField(max_length=400, unique=True)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.s3_key
