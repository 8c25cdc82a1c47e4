"""How far the demo desk's clock is ahead of real time."""

from datetime import timedelta

from django.db import models

ONLY = 1


class ClockShift(models.Model):
    """The one row that web and workers add to the database's time; never behind real time."""

    shift = models.DurationField(default=timedelta)

    class Meta:
        app_label = "demo"
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=ONLY), name="demo_one_clock"),
            models.CheckConstraint(condition=models.Q(shift__gte=timedelta(0)), name="demo_clock_not_behind"),
        )

    def __str__(self) -> str:
        return f"{self.shift} ahead"
