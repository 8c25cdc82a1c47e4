"""Who works on a ticket, in which place and until when (A1, C1-C4)."""

from django.db import models
from django.db.models import F, Q

from helpdesk.models.people import User
from helpdesk.models.ticket import Ticket
from workflow.states import LATE_ABLE, Level, Status


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def active(self) -> "AssignmentQuerySet":
        return self.filter(is_active=True)

    def held(self) -> "AssignmentQuerySet":
        """What engineers hold: active, on tickets assigned, in progress or escalated; never what is long done."""
        return self.filter(is_held=True)

    def queued(self) -> "AssignmentQuerySet":
        """Work that makes an engineer busy (A5): held, on tickets assigned or in progress."""
        return self.held().filter(ticket__status__in=(Status.ASSIGNED.value, Status.IN_PROGRESS.value))

    def promised(self) -> "AssignmentQuerySet":
        """Held work with a promise, on tickets whose promise is neither kept nor broken yet (E1)."""
        return self.held().filter(committed_at__isnull=False, ticket__status__in=LATE_ABLE)

    def in_queue_order(self) -> "AssignmentQuerySet":
        """What is held: escalated first (E3), then in progress as started, then the waiting by place."""
        return self.held().order_by(F("place").asc(nulls_first=True), "started_at", "assigned_at", "pk")


class Assignment(models.Model):
    """One engineer's responsibility for one ticket (A1).

    `due_at` is the expected due time until `resolution_minutes` is committed, and the promised one from then on.
    `queued_after` is the assignment that stood ahead when this one was made; it is never updated.
    The active assignment of a resolved ticket stays active: it says who resolved it. `is_held` tells it from work still to
    be done; the database keeps it (migration 0020), so that no way of writing can leave it behind.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="assignments")
    engineer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments", db_column="assigned_to_id")
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments_made")
    assigned_at = models.DateTimeField()
    level = models.CharField(max_length=3, choices=[(x.value, x.label) for x in Level], db_column="assigned_level")
    is_active = models.BooleanField("active", default=True)
    is_held = models.BooleanField(
        "held",
        db_default=False,
        editable=False,
        help_text="Active, and its ticket is unresolved; kept by the database.",
    )
    queued_after = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queued_behind",
        db_column="queued_after_assignment_id",
    )
    place = models.PositiveIntegerField(
        null=True, blank=True, help_text="1..n among the waiting tickets of the engineer."
    )
    expected_minutes = models.PositiveIntegerField(
        help_text="Copied from the application's default when assigned (C4)."
    )
    resolution_minutes = models.PositiveIntegerField(null=True, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(
        null=True, blank=True, help_text="Planned start; none once escalated elsewhere (E3)."
    )
    due_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    out_of_turn = models.BooleanField(default=False, help_text="Started ahead of tickets that stood before it (C6).")
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded_due_at = models.DateTimeField(
        null=True, blank=True, help_text="The due time its engineer was reminded of (R1)."
    )
    acceptance_flagged_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("-assigned_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("ticket",),
                condition=Q(is_active=True),
                name="assignment_one_active_per_ticket",
                violation_error_message="This ticket is already assigned.",
            ),
            models.UniqueConstraint(
                fields=("engineer", "place"), name="assignment_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(place__gte=1, is_active=True, started_at__isnull=True),
                name="assignment_place_only_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, ended_at__isnull=True) | Q(is_active=False, ended_at__isnull=False),
                name="assignment_ended_iff_inactive",
            ),
            models.CheckConstraint(
                condition=Q(
                    committed_at__isnull=True, resolution_minutes__isnull=True, extra_minutes=0, started_at__isnull=True
                )
                | Q(
                    committed_at__isnull=False,
                    resolution_minutes__isnull=False,
                    resolution_minutes__gte=1,
                    starts_at__isnull=False,
                    due_at__gt=F("starts_at"),
                ),
                name="assignment_promise_is_whole",
            ),
            models.CheckConstraint(condition=Q(level__in=[x.value for x in Level]), name="assignment_level_known"),
        )
        indexes = (
            models.Index(fields=("engineer", "place"), condition=Q(is_held=True), name="assignment_held"),
            models.Index(fields=("engineer", "id"), condition=Q(is_active=True), name="assignment_of_engineer"),
            models.Index(
                fields=("due_at",), condition=Q(is_held=True, committed_at__isnull=False), name="assignment_promised"
            ),
            models.Index(
                fields=("assigned_at",),
                condition=Q(is_active=True, committed_at__isnull=True, acceptance_flagged_at__isnull=True),
                name="assignment_uncommitted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} to {self.engineer_id}"

    @property
    def is_committed(self) -> bool:
        """Whether `due_at` is a promise (C1) and not an expectation (C4)."""
        return self.committed_at is not None

    @property
    def minutes(self) -> int:
        """The committed resolution time or, before the commitment, the expected one (C4), in minutes."""
        return self.expected_minutes if self.resolution_minutes is None else self.resolution_minutes


class AssigneeLoad(models.Model):
    """A database view of who holds which unresolved ticket; it cannot drift from the assignments."""

    assignment = models.OneToOneField(Assignment, on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, related_name="load")
    ticket = models.ForeignKey(Ticket, on_delete=models.DO_NOTHING, related_name="+")
    status = models.CharField(max_length=20)

    class Meta:
        managed = False
        db_table = "helpdesk_assigneeload"

    def __str__(self) -> str:
        return f"{self.user_id} holds {self.ticket_id} ({self.status})"
