"""The one table of schedules. Its rows in the database are made equal to it before a cluster starts, and only then edited.

Nobody edits the rows: one malformed row would stop every schedule.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Schedule


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A function that the cluster runs every so many minutes."""

    name: str
    func: str
    minutes: int


DAY = 24 * 60
TABLE = (
    Entry(name="tick", func="helpdesk.tasks.tick", minutes=1),
    Entry(name="tend_files", func="helpdesk.tasks.tend_files", minutes=1),
    Entry(name="forget_calls", func="helpdesk.tasks.forget_calls", minutes=10),
    Entry(name="reconcile_files", func="helpdesk.tasks.reconcile_files", minutes=DAY),
    Entry(name="compare_counts", func="helpdesk.tasks.compare_counts", minutes=DAY),
    Entry(name="tend_reports", func="reports.tasks.tend_reports", minutes=1),
    Entry(name="clear_reports", func="reports.tasks.clear_reports", minutes=DAY),
)

_FIXED = {
    "schedule_type": Schedule.MINUTES,
    "repeats": -1,
    "hook": None,
    "args": None,
    "kwargs": None,
    "cron": None,
    "cluster": None,
    "intended_date_kwarg": None,
}


def entry_named(name: str) -> Entry | None:
    """The scheduled work of this name: the only way to name something that is run."""
    return next((entry for entry in TABLE if entry.name == name), None)


@transaction.atomic
def sync() -> list[str]:
    """Make the rows equal to the table, in a sentence per change; rows that are right keep their next run.

    Two starts at once wait for each other, so that no entry gets two rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Schedule._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    missing = {entry.name: entry for entry in TABLE}
    changes = []
    for row in Schedule.objects.order_by("pk"):
        if _is_right(row, missing.get(row.name)):
            del missing[row.name]
        else:
            row.delete()
            changes.append(f"Removed the schedule {row.name or row.func}.")
    for entry in missing.values():
        Schedule.objects.create(**_FIXED, **asdict(entry))
        changes.append(f"Added the schedule {entry.name}.")
    return changes


def _is_right(row: Schedule, entry: Entry | None) -> bool:
    """Whether the row is the entry's, and runs within the entry's period; the cluster lives by real time."""
    if entry is None or row.next_run > timezone.now() + timedelta(minutes=entry.minutes):
        return False
    return all(getattr(row, field) == value for field, value in {**_FIXED, **asdict(entry)}.items())
