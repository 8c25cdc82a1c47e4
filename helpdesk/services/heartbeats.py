"""The worker's sign of life."""

from datetime import datetime

from helpdesk.models import Heartbeat

TICK = "tick"


def beat(name: str, now: datetime) -> None:
    """Note that this scheduled task came to its end."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now)], update_conflicts=True, update_fields=["beat_at"], unique_fields=["name"]
    )
