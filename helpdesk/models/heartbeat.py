"""When the worker last came by: what tells a desk that goes on from one whose clockwork stands still."""

from django.db import models


class Heartbeat(models.Model):
    """The last time a scheduled task ran to its end; only the way through scheduler, queue and worker writes it."""

    name = models.CharField(primary_key=True, max_length=40)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at}"
