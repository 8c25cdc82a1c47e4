"""The in-house applications that tickets are about, with their targets (T1, C4, E4)."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from helpdesk.models.history import History
from workflow.states import Priority

MAX_TARGET_MINUTES = 30 * 24 * 60


def _minutes(default: int) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(
        default=default,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_TARGET_MINUTES)],
        help_text="Minutes.",
    )


class ApplicationQuerySet(models.QuerySet["ApplicationCatalog"]):
    def open_for_tickets(self) -> "ApplicationQuerySet":
        """Applications that take new tickets (T1)."""
        return self.filter(is_retired=False)

    def counted(self, pk: int) -> "ApplicationCatalog":
        """The application with its counter held: the last lock a raise takes."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class ApplicationCatalog(models.Model):
    """An in-house application; its counter numbers its tickets without gap or duplicate (T1)."""

    name = models.CharField(max_length=100, unique=True)
    code = models.CharField(
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,10}$", "A code is 2 to 10 of A-Z and 0-9.")],
        help_text="Stands in every case id, as EXP in N-EXP-1001. A code once used is never given to another application.",
    )
    is_retired = models.BooleanField("retired", default=False, help_text="A retired application takes no new tickets.")
    last_sequence = models.PositiveIntegerField(default=1000, editable=False)

    resolution_high = _minutes(4 * 60)
    resolution_medium = _minutes(8 * 60)
    resolution_low = _minutes(24 * 60)
    triage_high = _minutes(30)
    triage_medium = _minutes(2 * 60)
    triage_low = _minutes(8 * 60)
    acceptance_high = _minutes(30)
    acceptance_medium = _minutes(2 * 60)
    acceptance_low = _minutes(8 * 60)

    objects = ApplicationQuerySet.as_manager()
    _history_date: datetime
    history = History(excluded_fields=["last_sequence"])

    class Meta:
        ordering = ("name",)
        verbose_name = "application"
        constraints = (
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9]{2,10}$"),
                name="application_code_form",
                violation_error_message="A code is 2 to 10 of A-Z and 0-9.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def default_minutes(self, priority: str) -> int:
        """Expected resolution time before the commitment, in minutes (C4)."""
        return int(getattr(self, f"resolution_{Priority(priority)}"))

    def triage_minutes(self, priority: str) -> int:
        """How long a ticket may stay unassigned before the SMs are told (E4)."""
        return int(getattr(self, f"triage_{Priority(priority)}"))

    def acceptance_minutes(self, priority: str) -> int:
        """How long an assigned ticket may wait for its commitment before the SMs are told (E4)."""
        return int(getattr(self, f"acceptance_{Priority(priority)}"))


class ApplicationCode(models.Model):
    """Every code ever used, so that none is given to another application; kept by a database trigger (T1)."""

    code = models.CharField(primary_key=True, max_length=10)
    application = models.ForeignKey(ApplicationCatalog, on_delete=models.PROTECT, related_name="codes")

    class Meta:
        verbose_name = "application code"

    def __str__(self) -> str:
        return self.code
