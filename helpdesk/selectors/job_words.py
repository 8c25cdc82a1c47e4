"""The names of the work behind the pages, as an admin reads them."""

from __future__ import annotations

from helpdesk.schedules import DAY, Entry

WORDS: dict[str, tuple[str, str]] = {
    "tick": ("Sweep", "Escalates what is late, reminds, and sends the mails that wait."),
    "tend_files": ("Files", "Has uploads scanned, and forgets those that were given up."),
    "forget_calls": (
        "Counts of calls",
        "Forgets counts and keys of the API that no longer weigh, and old signs of life.",
    ),
    "reconcile_files": ("Files compared", "Compares the bucket with the tickets, and deletes what no ticket has."),
    "compare_counts": ("Counts compared", "Compares the counts of closed tickets with the tickets."),
    "tend_reports": ("Reports", "Gives waiting reports to a worker, and deletes yesterday's."),
    "clear_reports": ("Report folder", "Deletes files in the reports' folder that no report knows."),
}
"""Title and task of each entry of the table of schedules."""

ASKED_FOR: dict[str, str] = {
    "helpdesk.tasks.deliver": "Mails of one act",
    "helpdesk.tasks.deliver_alerts": "Mails to the admins",
    "helpdesk.tasks.delete_discarded": "A refused upload",
    "reports.tasks.write_report": "A report",
}
"""Work that an act asks for, once."""

PARTS: dict[str, str] = {
    "escalations": "Sweep: late tickets are escalated",
    "reminders": "Sweep: reminders before the due time",
    "stale": "Sweep: tickets that nobody took up",
    "refusals": "Sweep: refused sign-ins are counted",
    "mails": "Sweep: mails that wait",
    "alerts": "Sweep: mails to the admins",
}
"""The parts of the tick, any of which can fail without the others."""


def title_of(entry: Entry | None, func: str = "") -> str:
    """The name of scheduled work, or of what an act asked for; the function itself where this release knows no name."""
    if func in ASKED_FOR:
        return ASKED_FOR[func]
    return WORDS[entry.name][0] if entry else func


def what_is(entry: Entry) -> str:
    """What it does, in a sentence."""
    return WORDS[entry.name][1]


def period_of(minutes: int) -> str:
    """How often, in words."""
    if minutes == 1:
        return "every minute"
    if minutes == DAY:
        return "once a day"
    return f"every {minutes} minutes"
