"""What the worker runs: ids in, one call out. Everything here may run twice or at once without harm."""

import logging
from collections.abc import Callable
from datetime import datetime

from helpdesk import clock
from helpdesk.notifications import alerts, delivery
from helpdesk.selectors import schema
from helpdesk.services import (
    closed_counts,
    discarding,
    escalations,
    heartbeats,
    housekeeping,
    kept_answers,
    limits,
    reminders,
    scanning,
    sign_ins,
    staleness,
)
from helpdesk.trace import traced

logger = logging.getLogger(__name__)


@traced
def deliver(*notification_ids: int) -> int:
    """Send these mails now; the number sent. What is not sent here waits for the tick."""
    return delivery.deliver_all(notification_ids)


@traced
def deliver_alerts() -> int:
    """Send the alerts to the admins that wait; the number sent."""
    return alerts.deliver_alerts()


@traced
@heartbeats.scheduled
def tend_files() -> dict[str, int]:
    """One minute of the files: how many were scanned, how many abandoned uploads forgotten, how many discarded ones cleared.

    Apart from the tick, because it waits for S3 and the scanner: no promise depends on either.
    """
    now = clock.now()
    return {
        "scans": scanning.sweep_scans(now),
        "uploads": housekeeping.sweep_unconfirmed(now),
        "discarded": discarding.sweep_discarded(now),
    }


@traced
def delete_discarded(key: str) -> bool:
    """Delete what was sent for an upload that the desk refused, or that was given up (A11)."""
    return discarding.delete_now(key)


@traced
@heartbeats.scheduled
def forget_calls() -> dict[str, int]:
    """Forget what is of no use any more; how many of each.

    Counts of calls that no longer weigh, idempotency keys and clusters of yesterday, and failures of last month.
    """
    now = clock.now()
    return {
        "counts": limits.sweep_counts(),
        "keys": kept_answers.sweep_keys(now),
        "clusters": heartbeats.forget_clusters(now),
        "failures": heartbeats.forget_failures(now),
    }


@traced
@heartbeats.scheduled
def reconcile_files() -> int:
    """Compare the files of the last month's tickets with the bucket; how many do not fit. Strays are deleted, lost ones told."""
    found = housekeeping.reconcile(delete=True, days=31)
    if not found.is_clean:
        logger.warning("Files: %d without a ticket, %d missing in the bucket", len(found.strays), len(found.lost))
    return len(found.strays) + len(found.lost)


@traced
@heartbeats.scheduled
def compare_counts() -> int:
    """Compare the counts of closed tickets with the tickets; how many differ. They never should: it is logged and put right."""
    differing = closed_counts.differing()
    if differing:
        logger.error("%d counts of closed tickets were wrong and are made anew", differing)
        closed_counts.recount()
    return differing


@traced
@heartbeats.scheduled
def tick() -> dict[str, int]:
    """One minute of the desk: how many tickets each sweep handled, how many mails went out, how many parts failed.

    A failing part is logged and stops no other.
    """
    now = clock.now()
    parts: dict[str, Callable[[datetime], int]] = {
        "escalations": escalations.sweep_escalations,
        "reminders": reminders.sweep_reminders,
        "stale": staleness.sweep_stale,
        "refusals": sign_ins.sweep_refusals,
        "mails": lambda _now: delivery.deliver_waiting(),
        "alerts": lambda _now: alerts.deliver_alerts(),
    }
    counts: dict[str, int] = {}
    failed: list[str] = []
    for name, part in parts.items():
        try:
            counts[name] = part(now)
        except Exception:
            logger.exception("The part %s of the tick failed; the next tick tries again", name)
            failed.append(name)
    if failed:
        schema.tell()
        heartbeats.note_failed(failed, now)
    counts["failed"] = len(failed)
    if any(counts.values()):
        logger.info("Tick: %s", ", ".join(f"{name} {count}" for name, count in counts.items() if count))
    return counts
