"""What an admin may switch for the whole desk."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from helpdesk.models.history import History


class DeskSettings(models.Model):
    """The one row of desk-wide switches (A3, R1)."""

    sm2_may_override = models.BooleanField(
        "SM2 may override SM1", default=True, help_text="Whether an SM2 may reassign what an SM1 assigned (A3)."
    )
    reminder_lead_minutes = models.PositiveIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text="How many minutes before the due time the engineer is reminded (R1).",
    )

    working_calendar = models.ForeignKey(
        "helpdesk.WorkingCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="desks",
        help_text="Whose working time counts for everybody without working hours of their own (C10).",
    )

    _history_date: datetime
    history = History()

    class Meta:
        verbose_name = "desk settings"
        verbose_name_plural = "desk settings"
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="desk_settings_one_row"),)

    def __str__(self) -> str:
        return "Desk settings"
