"""How each promise was kept (S1, S2)."""

from django.db import models
from django.db.models import Q

from helpdesk.models.assignment import Assignment
from helpdesk.models.ticket import Ticket


class SLARecord(models.Model):
    """One record per assignment: what was promised, what came of it (S2).

    `original_due_at` is the due time at the commitment and never changes; `extended_due_at` follows the current due time once an
    extension is approved. A breach stays with the engineer whose promise it was.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="sla_records")
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="sla")
    assigned_at = models.DateTimeField()
    original_due_at = models.DateTimeField(null=True, blank=True, db_column="original_due_time")
    extended_due_at = models.DateTimeField(null=True, blank=True, db_column="extended_due_time")
    resolved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the ticket went to somebody else.")
    breached = models.BooleanField(default=False)
    breached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "SLA record"
        ordering = ("-assigned_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(breached=False, breached_at__isnull=True) | Q(breached=True, breached_at__isnull=False),
                name="sla_breached_with_time",
            ),
            models.CheckConstraint(
                condition=Q(extended_due_at__isnull=True) | Q(original_due_at__isnull=False),
                name="sla_extension_of_a_promise",
            ),
        )
        indexes = (models.Index(fields=("ticket",), condition=Q(breached=True), name="sla_breached"),)

    def __str__(self) -> str:
        return f"SLA of assignment {self.assignment_id}"
