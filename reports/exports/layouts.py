"""The columns of each report, in their order; a test holds each of them against the documents in docs/reports.md."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from helpdesk.admin.audit_words import act_of, change_of
from helpdesk.admin.timeline import lines_of
from helpdesk.models import AuditEvent, TicketEvent
from helpdesk.selectors.report_rows import working_times
from reports.exports.columns import Column, Row, day, moment, number, share, text
from reports.exports.performance import taken_of
from workflow.calendars import ROUND_THE_CLOCK, WorkingTime
from workflow.facts import ACTIONS
from workflow.states import Level, Priority, Status

STATUSES = dict(Status.choices())
PRIORITIES = dict(Priority.choices())
LEVELS = dict(Level.choices())
YES_NO = {True: "yes", False: "no"}
LONG_AFTER = datetime(2999, 12, 31, tzinfo=UTC)
"""Seen from here every day has its year: a sheet that is opened in a month knows no "today"."""


def _actor(row: Row) -> str:
    return row["actor__name"] or "the system"


def tickets(now: datetime) -> Sequence[Column]:
    """Of the tickets; how late an open one is counts up to now."""
    late = _late(now, working_times())
    return (
        text("Case", "case_id", 16),
        text("Application", "application__code", 12),
        text("Title", "title", 48),
        text("Priority", "priority", 10, words=PRIORITIES),
        text("Status", width=22, of=lambda row: "Withdrawn" if row["is_withdrawn"] else STATUSES[row["status"]]),
        text("Reporter", "reporter__name", 22),
        text("Reporter e-mail", "reporter__email", 28),
        day("Reported on", "reported_date"),
        moment("Raised at", "created_at"),
        text("Engineer", "assignment__engineer__name", 22),
        text("Reporting authority", "assignment__engineer__reporting_authority__name", 22),
        text("Assigned by", "assignment__assigned_by__name", 22),
        text("As", "assignment__level", 6, words=LEVELS),
        moment("Assigned at", "assignment__assigned_at"),
        moment("Committed at", "assignment__committed_at"),
        number("Promised (min)", "assignment__resolution_minutes"),
        number("Extension (min)", of=lambda row: row["assignment__extra_minutes"] or None),
        moment("Planned start", "assignment__starts_at"),
        moment("Due at", "assignment__due_at"),
        text("Due is", width=10, of=_due_is),
        moment("Started at", "assignment__started_at"),
        moment("Escalated at", "escalated_at"),
        moment("Resolved at", "resolved_at"),
        number(
            "Late by (min)",
            of=lambda row: late(
                row["assignment__engineer"],
                row["assignment__due_at"] if row["assignment__committed_at"] else None,
                row["resolved_at"],
            ),
        ),
    )


def records(now: datetime) -> Sequence[Column]:
    """Of the SLA records (S2)."""
    times = working_times()
    late = _late(now, times)

    def taken(row: Row) -> int | None:
        return taken_of(row, times.get(row["assignment__engineer"], ROUND_THE_CLOCK))

    def overdue(row: Row) -> int | None:
        due = row["extended_due_at"] or row["original_due_at"]
        return (
            late(row["assignment__engineer"], due, row["resolved_at"] or row["ended_at"]) if row["breached"] else None
        )

    return (
        text("Case", "ticket__case_id", 16),
        text("Application", "ticket__application__code", 12),
        text("Title", "ticket__title", 48),
        text("Priority", "ticket__priority", 10, words=PRIORITIES),
        text("Ticket now", "ticket__status", 22, words=STATUSES),
        day("Reported on", "ticket__reported_date"),
        text("Engineer", "assignment__engineer__name", 22),
        text("Assigned by", "assignment__assigned_by__name", 22),
        text("As", "assignment__level", 6, words=LEVELS),
        moment("Assigned at", "assigned_at"),
        moment("Committed at", "assignment__committed_at"),
        number("Promised (min)", "assignment__resolution_minutes"),
        number("Extension (min)", of=lambda row: row["assignment__extra_minutes"] or None),
        moment("Planned start", "assignment__starts_at"),
        moment("Started at", "assignment__started_at"),
        moment("Original due", "original_due_at"),
        moment("Extended due", "extended_due_at"),
        moment("Resolved at", "resolved_at"),
        moment("Passed on at", "ended_at"),
        number("Taken (min)", of=taken),
        text("Breached", "breached", 10, words=YES_NO),
        moment("Breached at", "breached_at"),
        number("Late by (min)", of=overdue),
    )


ENGINEERS: Sequence[Column] = (
    text("Engineer", "name", 24),
    text("E-mail", "email", 30),
    text("Active", "is_active", 8, words=YES_NO),
    text("Reporting authority", "reporting_authority__name", 24),
    number("Tickets given", "given"),
    number("Promises", "promised"),
    number("Open now", "open"),
    number("Resolved", "resolved"),
    number("On time", "on_time"),
    number("Late", "late"),
    number("Passed on", "passed_on"),
    number("Breaches", "breached"),
    share("On time %", "on_time_share"),
    number("Promised (min)", "promised_minutes"),
    number("Taken (min)", "taken_minutes"),
    share("Taken of promised %", "taken_share"),
    number("Extensions asked", "asked"),
    number("Extensions approved", "approved"),
    number("Extensions rejected", "rejected"),
)


def escalations(now: datetime) -> Sequence[Column]:
    """Of the escalations; how late one is counts up to now."""
    late = _late(now, working_times())
    return (
        text("Case", "ticket__case_id", 16),
        text("Application", "ticket__application__code", 12),
        text("Title", "ticket__title", 48),
        text("Priority", "ticket__priority", 10, words=PRIORITIES),
        text("Ticket now", "ticket__status", 22, words=STATUSES),
        day("Reported on", "ticket__reported_date"),
        text("Engineer", "assignment__engineer__name", 22),
        text("Told", width=34, of=lambda row: row["escalated_to__name"] or "every reporting authority, the admins"),
        moment("Due at", "due_at"),
        moment("Escalated at", "escalated_at"),
        text("Reason", "reason", 48),
        text("With now", "ticket__assignment__engineer__name", 22),
        moment("Resolved at", "ticket__resolved_at"),
        number(
            "Late by (min)",
            of=lambda row: late(row["assignment__engineer"], row["due_at"], row["ticket__resolved_at"]),
        ),
    )


def _said(row: Row) -> str:
    """What an event's line of the timeline says, and what somebody wrote with it."""
    event = TicketEvent(action=row["action"], metadata=row["metadata"], timestamp=row["timestamp"])
    (line,) = lines_of([event], LONG_AFTER)
    return " ".join(one for one in (line.said, line.quote) if one)


HISTORY: Sequence[Column] = (
    moment("When", "timestamp"),
    text("Case", "ticket__case_id", 16),
    text("Application", "ticket__application__code", 12),
    text("Title", "ticket__title", 40),
    text("Who", width=24, of=_actor),
    text("E-mail", "actor__email", 30),
    text("Act", "action", 24, words=ACTIONS),
    text("What changed", width=80, of=_said),
)


def _changed(row: Row) -> str:
    return change_of(AuditEvent(act=row["act"], before=row["before"], after=row["after"]))


AUDIT: Sequence[Column] = (
    moment("When", "timestamp"),
    text("Who", width=24, of=_actor),
    text("E-mail", "actor__email", 30),
    text("Act", width=28, of=lambda row: act_of(AuditEvent(act=row["act"]))),
    text("About", "subject_label", 28),
    text("About, e-mail", "subject__email", 30),
    text("What changed", width=60, of=_changed),
    text("Reason", "reason", 40),
    text("Request", "request_id", 34),
)


def _due_is(row: Row) -> str | None:
    """A due time is a promise once it is committed, an expectation before (C4)."""
    if row["assignment__due_at"] is None:
        return None
    return "promised" if row["assignment__committed_at"] else "expected"


def _late(
    now: datetime, times: Mapping[int, WorkingTime]
) -> Callable[[Any, datetime | None, datetime | None], int | None]:
    """How many working minutes after its due time something ended, or is running; None where it is not late."""

    def late(engineer: int, due: datetime | None, ended: datetime | None) -> int | None:
        until = ended or now
        if due is None or until <= due:
            return None
        return times.get(engineer, ROUND_THE_CLOCK).minutes_between(due, until)

    return late
