"""How the background of the desk is: when the worker last came by, how long mails wait, which were given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.models import Heartbeat, Notification

NEWS_DAYS = 3
"""A mail given up longer ago is known by now; it stays in the log of mails."""


@dataclass(frozen=True, kw_only=True)
class Background:
    """What the database tells of the work behind the pages.

    `ticked_at` is None where no tick ever came to its end. `oldest_due` is since when the longest waiting mail could have gone.
    """

    ticked_at: datetime | None
    oldest_due: datetime | None
    given_up: int


def background(now: datetime) -> Background:
    """In three statements."""
    unsent = Notification.objects.filter(state__in=Notification.UNSENT, next_try_at__lte=now)
    dead = Notification.objects.filter(state=Notification.State.DEAD, created_at__gte=now - timedelta(days=NEWS_DAYS))
    return Background(
        ticked_at=Heartbeat.objects.filter(pk="tick").values_list("beat_at", flat=True).first(),
        oldest_due=unsent.order_by("next_try_at", "pk").values_list("next_try_at", flat=True).first(),
        given_up=dead.count(),
    )
