"""The outbox: one row per recipient and fact, written in the transaction of the fact (N2)."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from helpdesk.models.event import TicketEvent
from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket
from workflow.audience import Kind


class NotificationQuerySet(models.QuerySet["Notification"]):
    def to_send(self, now: datetime) -> "NotificationQuerySet":
        """Rows whose moment has come and which no worker holds."""
        return self.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=now),
            state__in=Notification.UNSENT,
            next_try_at__lte=now,
        )


class Notification(models.Model):
    """A mail to one person about one fact; `key` makes a second row for the same fact impossible (N2)."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        FAILED = "failed", "failed, will be tried again"
        DEAD = "dead", "given up"

    UNSENT = (State.QUEUED, State.FAILED)

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="notifications")
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="notifications", db_column="user_id", db_index=False
    )
    kind = models.CharField(max_length=24, choices=[(k.value, k.value) for k in Kind], db_column="type")
    event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, related_name="notifications")
    key = models.CharField(max_length=120, unique=True)
    because = models.CharField(max_length=200, help_text="The rule by which this person hears of it.")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered = models.GeneratedField(
        expression=Q(state="sent"),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="notification_sent_with_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_try_at", "id"), condition=Q(state__in=("queued", "failed")), name="notification_unsent"
            ),
            models.Index(fields=("ticket", "created_at"), name="notification_of_ticket"),
            models.Index(fields=("-created_at", "-id"), name="notification_newest"),
            models.Index(fields=("recipient", "-created_at", "-id"), name="notification_of_person"),
            models.Index(fields=("kind", "-created_at", "-id"), name="notification_of_kind"),
            models.Index(
                fields=("state", "-created_at", "-id"),
                condition=Q(state__in=("queued", "failed", "dead")),
                name="notification_not_sent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"
