"""Mails to the admins that belong to no ticket: somebody used the break-glass sign-in, group claims are missing."""

from datetime import datetime

from django.db import models


class AdminAlertQuerySet(models.QuerySet["AdminAlert"]):
    def to_send(self, now: datetime) -> "AdminAlertQuerySet":
        """Alerts whose moment has come; a worker that takes one moves the moment on, which is its lease."""
        return self.filter(next_try_at__lte=now)

    def given_up(self) -> "AdminAlertQuerySet":
        """Alerts nobody got and nobody tries any more."""
        return self.filter(sent_at__isnull=True, next_try_at__isnull=True)


class AdminAlert(models.Model):
    """One plain mail to one admin, written in the transaction of what it tells (N2).

    `next_try_at` is empty once it is sent or given up; which of the two says `sent_at`.
    """

    key = models.CharField(max_length=120)
    address = models.EmailField()
    subject = models.CharField(max_length=160)
    text = models.TextField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = AdminAlertQuerySet.as_manager()

    class Meta:
        verbose_name = "mail to admins"
        verbose_name_plural = "mails to admins"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("key", "address"), name="admin_alert_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(next_try_at__isnull=True),
                name="admin_alert_sent_is_done",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_try_at", "id"), condition=models.Q(next_try_at__isnull=False), name="alert_unsent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.address}"

    @property
    def is_given_up(self) -> bool:
        return self.sent_at is None and self.next_try_at is None
