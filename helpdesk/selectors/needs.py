"""What needs somebody now: how many, and since when the oldest of them waits; each is a list of the desk (screens: Triage 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Count, F, Func, Min, QuerySet, Value

from helpdesk.models import Ticket, User
from helpdesk.selectors import buckets, extension_lists, forecast, lines, numbers
from helpdesk.selectors.forecast import Outlook
from helpdesk.selectors.numbers import DEFINITIONS, Chosen, Led
from helpdesk.selectors.parts import Part, Row, part
from helpdesk.selectors.targets import past_triage
from workflow.states import Bucket, Labelled, Level, Number


class Need(Labelled):
    """What cannot wait."""

    TRIAGE = "triage", "Unassigned past their target"
    EXTENSIONS = "extensions", "Extensions to decide"
    AT_RISK = "at_risk", "At risk"
    ESCALATED = "escalated", "Escalated"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many, and since when the oldest."""

    count: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class LateTicket:
    """A ticket that will miss its promise, with the reason."""

    pk: int
    case_id: str
    title: str
    priority: str
    engineer: str
    due_at: datetime
    outlook: Outlook


def parts_of(user: User, led: Led, *, level: Level | None, now: datetime) -> dict[Need, Part]:
    """What is to be counted for this person but those at risk; what is not theirs to do is not among it.

    Unassigned tickets are the scrum masters' and admins'; extensions are asked about under the level of the open tab.
    """
    escalated = numbers.of_engineers(Ticket.objects.filter(DEFINITIONS[Number.ESCALATED]), led)
    parts = {Need.ESCALATED: _counted(Need.ESCALATED, escalated, "escalated_at")}
    if led is None:
        unassigned = past_triage(buckets.bucket(Bucket.UNASSIGNED, user), now)
        parts[Need.TRIAGE] = _counted(Need.TRIAGE, unassigned, "created_at")
    if level is not None:
        parts[Need.EXTENSIONS] = _counted(Need.EXTENSIONS, extension_lists.to_decide(user, level), "requested_at")
    return parts


def waiting_from(rows: Iterable[Row], asked: Iterable[Need]) -> dict[Need, Waiting]:
    """What the rows of the parts asked for tell; of nothing there is no row."""
    found = {row.of: Waiting(count=row.one, since=row.since) for row in rows}
    return {need: found.get(need.value, Waiting(count=0, since=None)) for need in asked}


def late_now(led: Led, now: datetime) -> dict[int, Outlook]:
    """All with these engineers, or with anybody, that will miss its promise (C9), by the id of its assignment."""
    return forecast.late_in((lines.every_queue() if led is None else lines.queues_of(led)).values(), now)


def late_tickets(late: Mapping[int, Outlook], chosen: Chosen) -> list[LateTicket]:
    """The chosen among them, the latest first, in one statement."""
    if not late:
        return []
    ids = Value(list(late), ArrayField(BigIntegerField()))
    is_late = Func(
        F("assignment_id"), ids, arg_joiner=" = ANY (", template="(%(expressions)s))", output_field=BooleanField()
    )
    rows = Ticket.objects.filter(is_late, numbers.of_tickets(chosen)).order_by()
    read = rows.values_list(
        "assignment_id", "pk", "case_id", "title", "priority", "assignment__engineer__name", "assignment__due_at"
    )
    found = [
        LateTicket(pk=pk, case_id=case, title=title, priority=priority, engineer=name, due_at=due, outlook=late[ref])
        for ref, pk, case, title, priority, name, due in read
    ]
    return sorted(found, key=lambda one: (-(one.outlook.late_minutes or 0), one.pk))


def _counted(need: Need, rows: QuerySet[Any], since: str) -> Part:
    return part(rows, need.value, by={}, one=Count("pk"), since=Min(since))
