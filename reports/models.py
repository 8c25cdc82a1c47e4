"""Reports that are prepared in the background: who asked, how far they are, where the file lies and until when."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

MISSED = timedelta(minutes=1)
"""A worker is called each minute for reports that nobody writes."""


class ReportRunQuerySet(models.QuerySet["ReportRun"]):
    def unfinished(self) -> "ReportRunQuerySet":
        """Those that wait or are being written."""
        return self.filter(state__in=(ReportRun.State.WAITING, ReportRun.State.RUNNING))

    def being_written(self, now: datetime) -> "ReportRunQuerySet":
        """Those at which a worker is that has been heard of lately; one at most."""
        return self.filter(state=ReportRun.State.RUNNING, leased_until__gt=now)

    def to_write(self, now: datetime) -> "ReportRunQuerySet":
        """Those whose turn has come, and those whose worker has not been heard of for longer than its lease."""
        waits = Q(state=ReportRun.State.WAITING, next_try_at__lte=now)
        return self.filter(waits | Q(state=ReportRun.State.RUNNING, leased_until__lte=now))


class ReportRun(models.Model):
    """One report on its way to a file in the bucket, where it lies for a day.

    `attempts` counts the workers that took it: what one of them writes down counts only while it is the last. A key is kept
    from before the upload until the object is deleted.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being written"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Deleted after a day"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="report_runs")
    report = models.CharField(max_length=20)
    file_type = models.CharField(max_length=4, choices=(("xlsx", "Excel"), ("csv", "CSV")))
    filters = models.JSONField(default=dict, blank=True)
    time_zone = models.CharField(max_length=64, help_text="The zone its days and moments are of.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="Until when its worker is believed to live.")
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_expected = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    trouble = models.TextField(blank=True, help_text="Why it was not made, or not yet, for people.")
    file_name = models.CharField(max_length=120, blank=True)
    s3_key = models.CharField(max_length=400, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(size__isnull=False, expires_at__isnull=False) & ~Q(s3_key=""),
                name="report_ready_with_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(leased_until__isnull=False), name="report_written_under_lease"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(next_try_at__isnull=False), name="report_waits_for_a_moment"
            ),
        )
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="report_newest"),
            models.Index(
                fields=("created_at", "id"), condition=Q(state__in=("waiting", "running")), name="report_unfinished"
            ),
            models.Index(fields=("expires_at",), condition=~Q(s3_key=""), name="report_with_file"),
        )

    def __str__(self) -> str:
        return f"{self.report} for {self.owner_id}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    def is_left_alone(self, now: datetime) -> bool:
        """Whether no worker speaks of it though one should: it has waited, or its lease is over, for longer than a minute."""
        since = self.next_try_at if self.state == self.State.WAITING else self.leased_until
        return self.is_unfinished and since is not None and since + MISSED < now

    @property
    def percent(self) -> int:
        """How much of it is written, 0 to 100; the last percent is the upload."""
        return min(99, 100 * self.rows_done // max(1, self.rows_expected)) if self.is_unfinished else 100
