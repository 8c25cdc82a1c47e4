"""The ticket: what was reported and where it stands (T1-T4, S1)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from helpdesk.models.catalog import ApplicationCatalog
from helpdesk.models.history import History
from helpdesk.models.people import User
from workflow.lifecycle import TicketLifecycle
from workflow.states import Priority, Status
from workflow.texts import DESCRIPTION_MAX, TITLE_MAX

RESOLVED = Q(status__in=(Status.RESOLVED.value, Status.RESOLVED_ESCALATED.value))
ESCALATED_EVER = Q(status__in=(Status.ESCALATED.value, Status.RESOLVED_ESCALATED.value))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def locked(self, ids: Iterable[int], *, waits: bool = True) -> "TicketQuerySet":
        """These tickets, held until the end of the transaction and locked in the order of their ids.

        `no_key` lets events of other transactions refer to them meanwhile. Without waiting those somebody else holds are left out.
        """
        held = self.select_for_update(of=("self",), no_key=True, skip_locked=not waits)
        return held.select_related("application", "reporter").filter(pk__in=ids).order_by("pk")


class Ticket(TicketLifecycle):
    """An issue somebody reported about an application; `status` moves by transitions only (T3)."""

    LIFECYCLE_FIELDS = (
        "case_id", "status", "version", "application", "reporter", "reported_date", "created_at", "updated_at", "resolved_at",
        "resolution_note", "escalated_at", "is_withdrawn", "withdrawal_reason", "repeats", "assignment", "triage_flagged_at",
    )  # fmt: skip

    case_id = models.CharField(max_length=24, unique=True)
    application = models.ForeignKey(
        ApplicationCatalog, on_delete=models.PROTECT, related_name="tickets", db_column="app_id"
    )
    reporter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reported_tickets")
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(max_length=DESCRIPTION_MAX)
    priority = models.CharField(max_length=6, choices=[(p.value, p.label) for p in Priority])
    reported_date = models.DateField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    assignment = models.OneToOneField(
        "helpdesk.Assignment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ticket_now",
        editable=False,
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution_note = models.TextField(blank=True)
    is_withdrawn = models.BooleanField("withdrawn", default=False)
    withdrawal_reason = models.TextField(blank=True)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="repeated_by")
    files_announced = models.PositiveSmallIntegerField(default=0)
    triage_flagged_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TicketQuerySet.as_manager()
    _history_date: datetime
    history = History(excluded_fields=["version", "request_key"])

    class Meta:
        ordering = ("-created_at", "-pk")
        permissions = (
            ("report_ticket", "reported it"),
            ("work_on_ticket", "works on it"),
            ("read_ticket", "worked on it and reads it"),
        )
        constraints = (
            models.UniqueConstraint(fields=("reporter", "request_key"), name="ticket_raised_once_per_form"),
            models.CheckConstraint(
                condition=Q(status=Status.UNASSIGNED.value, assignment__isnull=True)
                | Q(status=Status.RESOLVED.value, is_withdrawn=True, assignment__isnull=True)
                | Q(is_withdrawn=False, assignment__isnull=False) & ~Q(status=Status.UNASSIGNED.value),
                name="ticket_assigned_unless_unassigned_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=(RESOLVED & Q(resolved_at__isnull=False)) | (~RESOLVED & Q(resolved_at__isnull=True)),
                name="ticket_resolved_at_iff_resolved",
            ),
            models.CheckConstraint(
                condition=(ESCALATED_EVER & Q(escalated_at__isnull=False))
                | (~ESCALATED_EVER & Q(escalated_at__isnull=True)),
                name="ticket_escalated_at_iff_escalated",
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False, withdrawal_reason="", repeats__isnull=True)
                | Q(is_withdrawn=True, status=Status.RESOLVED.value) & ~Q(withdrawal_reason=""),
                name="ticket_withdrawn_with_reason",
            ),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(priority__in=[p.value for p in Priority]), name="ticket_priority_known"),
        )
        indexes = (
            models.Index(
                fields=("created_at", "id"), condition=Q(status=Status.UNASSIGNED.value), name="ticket_unassigned"
            ),
            models.Index(
                fields=("-created_at", "-id"),
                condition=Q(
                    status__in=(
                        Status.UNASSIGNED.value,
                        Status.ASSIGNED.value,
                        Status.IN_PROGRESS.value,
                        Status.ESCALATED.value,
                    )
                ),
                name="ticket_open",
            ),
            # All the numbers of the dashboard ask about open tickets, without a look at the tickets themselves.
            models.Index(
                fields=("reported_date", "application", "priority"),
                include=("status", "assignment"),
                condition=Q(
                    status__in=(
                        Status.UNASSIGNED.value,
                        Status.ASSIGNED.value,
                        Status.IN_PROGRESS.value,
                        Status.ESCALATED.value,
                    )
                ),
                name="ticket_open_numbers",
            ),
            models.Index(
                fields=("escalated_at", "id"), condition=Q(status=Status.ESCALATED.value), name="ticket_escalated"
            ),
            models.Index(
                fields=("-resolved_at", "-id"),
                condition=Q(status=Status.RESOLVED.value, is_withdrawn=False),
                name="ticket_resolved",
            ),
            models.Index(
                fields=("-resolved_at", "-id"),
                condition=Q(status=Status.RESOLVED_ESCALATED.value),
                name="ticket_resolved_late",
            ),
            models.Index(fields=("-resolved_at", "-id"), condition=Q(is_withdrawn=True), name="ticket_withdrawn"),
            # Breached ones (S2) as a list, and for the charts without a look at the tickets themselves.
            models.Index(
                fields=("-escalated_at", "-id"),
                include=("reported_date", "application", "priority", "assignment"),
                condition=ESCALATED_EVER,
                name="ticket_breached",
            ),
            models.Index(fields=("reporter", "-created_at"), name="ticket_of_reporter"),
            models.Index(fields=("-created_at", "-id"), name="ticket_newest"),
            GinIndex(OpClass(Upper("case_id"), name="gin_trgm_ops"), name="ticket_case_words"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="ticket_title_words"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.title}"

    def touch(self, now: datetime) -> None:
        """Mark the ticket as changed at that moment, for its readers and for field history; the caller saves."""
        self.version += 1
        self.updated_at = now
        self._history_date = now
