"""The one extension of a ticket and its two votes (X1-X4)."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from helpdesk.models.assignment import Assignment
from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket
from workflow.states import ExtensionStatus, Level


class ExtensionRequest(models.Model):
    """The one request for more time in a ticket's whole life (X1)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="extension")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="extensions")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="extensions_requested")
    requested_at = models.DateTimeField()
    extra_minutes = models.PositiveIntegerField(db_column="requested_time_delta", help_text="Minutes asked for.")
    comment = models.TextField(db_column="comments")
    status = models.CharField(
        max_length=8, choices=[(s.value, s.label) for s in ExtensionStatus], default=ExtensionStatus.PENDING.value
    )
    approved_by_sm1 = models.BooleanField(null=True, blank=True)
    approved_by_sm2 = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True, help_text="Why the system closed it before both had decided (X4).")

    class Meta:
        ordering = ("-requested_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status=ExtensionStatus.PENDING.value, decided_at__isnull=True)
                | ~Q(status=ExtensionStatus.PENDING.value) & Q(decided_at__isnull=False),
                name="extension_decided_iff_not_pending",
            ),
            models.CheckConstraint(
                condition=~Q(status=ExtensionStatus.APPROVED.value)
                | Q(
                    approved_by_sm1__isnull=False,
                    approved_by_sm1=True,
                    approved_by_sm2__isnull=False,
                    approved_by_sm2=True,
                ),
                name="extension_approved_by_both",
            ),
            models.CheckConstraint(condition=Q(extra_minutes__gte=1), name="extension_some_time"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ExtensionStatus]), name="extension_status_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.extra_minutes} min more for {self.ticket_id}"

    @cached_property
    def decisions(self) -> "list[ExtensionVote]":
        """The votes in their order; as an act left them, else as they are stored."""
        return list(self.votes.all())


class ExtensionVote(models.Model):
    """One scrum master's final answer for their level (X2)."""

    extension = models.ForeignKey(ExtensionRequest, on_delete=models.PROTECT, related_name="votes")
    level = models.CharField(max_length=3, choices=[(x.value, x.label) for x in Level])
    voter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="extension_votes")
    approves = models.BooleanField()
    comment = models.TextField(blank=True)
    voted_at = models.DateTimeField()

    class Meta:
        ordering = ("voted_at",)
        constraints = (
            models.UniqueConstraint(fields=("extension", "level"), name="extension_one_vote_per_level"),
            models.UniqueConstraint(fields=("extension", "voter"), name="extension_two_different_people"),
            models.CheckConstraint(condition=Q(level__in=[x.value for x in Level]), name="extension_vote_level_known"),
        )

    def __str__(self) -> str:
        return f"{self.level} {'approves' if self.approves else 'rejects'}"
