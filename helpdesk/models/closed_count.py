"""How many tickets were closed how, by when they were reported: what the numbers of the dashboard add up (rules 8)."""

from django.db import models
from django.db.models import Q

from helpdesk.models.catalog import ApplicationCatalog
from helpdesk.models.people import User
from workflow.states import Priority

OUTCOMES = ("in_time", "late")


def column_of(priority: Priority, outcome: str) -> str:
    """The column that counts this priority with this outcome."""
    return f"{priority.value}_{outcome}"


class ClosedCount(models.Model):
    """The resolved tickets of one application reported in one day or month: of one engineer, or of all where none is named.

    What it counts never changes again: a resolved ticket keeps its application, priority, engineer and outcome. Withdrawn ones
    are in no number (S1). Written by `services.closed_counts` in the transaction of the resolution.
    """

    class Span(models.TextChoices):
        DAY = "day", "day"
        MONTH = "month", "month"

    engineer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    application = models.ForeignKey(ApplicationCatalog, on_delete=models.PROTECT, related_name="+", db_index=False)
    span = models.CharField(max_length=5, choices=Span.choices)
    begins = models.DateField(help_text="The day of report, or the first of its month.")
    high_in_time = models.PositiveIntegerField(default=0, db_default=0)
    medium_in_time = models.PositiveIntegerField(default=0, db_default=0)
    low_in_time = models.PositiveIntegerField(default=0, db_default=0)
    high_late = models.PositiveIntegerField(default=0, db_default=0)
    medium_late = models.PositiveIntegerField(default=0, db_default=0)
    low_late = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("engineer", "span", "begins", "application"), name="closed_count_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(span="day") | Q(span="month", begins__day=1), name="closed_count_month_begins_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.span} {self.begins}"
