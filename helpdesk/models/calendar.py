"""Working hours and holidays: which time counts, for the desk or for an engineer (C10)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from helpdesk.models.history import History


class WorkingCalendar(models.Model):
    """Hours per weekday in a time zone, without the public holidays of a country and without dates of its own."""

    name = models.CharField(max_length=100, unique=True)
    time_zone = models.CharField(max_length=64, help_text="The zone whose clocks the hours are read from.")
    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays are no working days.")
    region = models.CharField(max_length=60, blank=True, help_text="A part of the country with holidays of its own.")

    _history_date: datetime
    history = History()

    class Meta:
        ordering = ("name",)
        verbose_name = "working hours"
        verbose_name_plural = "working hours"
        constraints = (
            models.CheckConstraint(condition=~Q(name="") & ~Q(time_zone=""), name="calendar_named_and_placed"),
            models.CheckConstraint(condition=Q(region="") | ~Q(country=""), name="calendar_region_of_a_country"),
        )

    def __str__(self) -> str:
        return self.name


class WorkingInterval(models.Model):
    """Working time on one weekday, in minutes from midnight; the database refuses two that overlap."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="intervals")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    opens = models.PositiveSmallIntegerField(help_text="Minutes from midnight.")
    closes = models.PositiveSmallIntegerField(help_text="Minutes from midnight; 1440 is the end of the day.")

    _history_date: datetime
    history = History()

    class Meta:
        ordering = ("calendar", "weekday", "opens")
        constraints = (
            models.CheckConstraint(condition=Q(weekday__lte=6), name="interval_on_a_weekday"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="interval_opens_before_it_closes"),
            models.CheckConstraint(condition=Q(closes__lte=24 * 60), name="interval_within_the_day"),
        )

    def __str__(self) -> str:
        return f"{self.calendar_id}: {self.weekday} {self.opens}-{self.closes}"


class CalendarHoliday(models.Model):
    """A day off of the calendar's own: a company day, a bridge day."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="own_holidays")
    date = models.DateField()
    name = models.CharField(max_length=100)

    _history_date: datetime
    history = History()

    class Meta:
        ordering = ("calendar", "date")
        constraints = (models.UniqueConstraint(fields=("calendar", "date"), name="calendar_holiday_once"),)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
