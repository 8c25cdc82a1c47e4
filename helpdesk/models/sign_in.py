"""What all web processes must know together about signing in: the provider's keys, and how often somebody has tried."""

from django.db import models


class ProviderKeys(models.Model):
    """The published signing keys of the tenant as they were last read; public, so kept as they are.

    `tried_at` is when somebody last set out to read them: the one process that moves it on asks the provider.
    """

    address = models.URLField(max_length=300, primary_key=True)
    document = models.JSONField(default=dict, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "provider keys"

    def __str__(self) -> str:
        return self.address


class SignInTries(models.Model):
    """How often something was tried that comes in floods: break-glass sign-ins, and tokens that were refused.

    For the first, `locked_until` is when the next try may be made; for the second, when the next row may be written.
    """

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "sign-in tries"
        indexes = (models.Index(fields=("last_at",), name="sign_in_tries_oldest"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
