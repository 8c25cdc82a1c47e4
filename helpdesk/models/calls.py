"""What all web processes must know together about calls of the API: how many came, and what was answered to which key."""

from django.conf import settings
from django.db import models


class CallCount(models.Model):
    """How many calls of one key were let in within the minute that began at `began_at`, and `before` in the one before it.

    `passed` is what became of the last one. Not written to the log of the database: it outlives every process and every
    restart, and a crash forgets a minute at most.
    """

    key = models.CharField(max_length=80, primary_key=True)
    began_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    passed = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"


class IdempotencyKey(models.Model):
    """A key somebody sent with a call, what was asked with it, and the answer as it went out, to be given again.

    Made in the transaction of the act, so that there is never one without the other. Without a `status` the answer itself is
    not kept: the call may be made again without harm.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    body = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_once_per_person"),)
        indexes = (models.Index(fields=("created_at",), name="idempotency_key_oldest"),)

    def __str__(self) -> str:
        return self.key
