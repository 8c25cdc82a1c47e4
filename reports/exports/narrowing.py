"""The filters of a report as conditions: which tickets, and which acts of a trail. The lists of the desk define them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

from helpdesk.admin.history_words import ACTS_OF, Show
from helpdesk.admin.list_filters import AgeFilter
from helpdesk.models import Ticket, User
from helpdesk.selectors import forecast, numbers, report_rows
from helpdesk.selectors.broken import broken_by
from helpdesk.selectors.named import SYSTEM, people_named
from helpdesk.selectors.targets import past_triage
from reports.exports.filters import LISTS, Filters
from workflow.states import Priority, Status


def tickets(filters: Filters, user: User, now: datetime) -> QuerySet[Ticket]:
    """The tickets that are meant, as this person sees them now."""
    chosen = numbers.Chosen(
        applications=frozenset(numbers.applications_of(filters.applications).values()),
        priorities=frozenset(Priority(one) for one in filters.priorities),
        first=filters.first,
        last=filters.last,
    )
    found = report_rows.tickets(user, LISTS.get(filters.shown), chosen).filter(*_named_by(filters.search))
    if filters.ticket:
        found = found.filter(case_id=filters.ticket)
    if filters.age:
        _label, span, is_young = AgeFilter.SPANS[filters.age]
        found = found.filter(**{"created_at__gte" if is_young else "created_at__lt": now - span})
    if filters.promise_of:
        found = found.filter(broken_by(int(filters.promise_of)))
    if filters.triage:
        found = past_triage(found.filter(status=Status.UNASSIGNED), now)
    return found.filter(pk__in=forecast.late_of(found, now)) if filters.promise else found


def in_a_trail(filters: Filters, user: User, now: datetime) -> QuerySet[Ticket]:
    """The same whenever they were reported: the days of a trail are those of the acts."""
    return tickets(replace(filters, first=None, last=None), user, now)


def events(filters: Filters, zone: tzinfo) -> Q:
    """Which events of tickets: their days in this zone, the act, by whom."""
    return _within(filters, zone) & _by(filters, "actor") & (Q(action=filters.act) if filters.act else Q())


def audited(filters: Filters, zone: tzinfo) -> Q:
    """Which acts of the audit trail: the same, and about whom, about which ticket, in which part of it."""
    asked: dict[str, Any] = {
        "act": filters.act,
        "act__in": sorted(ACTS_OF[Show(filters.part)]) if filters.part else None,
        "subject_label": filters.ticket,
    }
    chosen = Q(**{name: value for name, value in asked.items() if value})
    return _within(filters, zone) & _by(filters, "actor", "subject") & chosen


def _named_by(search: str) -> Iterator[Q]:
    """Each word, or words in quotes, in the case id or the title: as the lists search."""
    for one in smart_split(search):
        word = unescape_string_literal(one) if one[0] in "\"'" and one[0] == one[-1] and len(one) > 1 else one
        yield Q(case_id__icontains=word) | Q(title__icontains=word)


def _by(filters: Filters, *parts: str) -> Q:
    """Whoever is meant by the person's name, in any of these parts."""
    if not filters.person:
        return Q()
    if filters.person.casefold() in SYSTEM:
        return Q(actor__isnull=True)
    meant, found = people_named(filters.person), Q(pk__in=())
    for part in parts:
        found |= Q(**{f"{part}__in": meant})
    return found


def _within(filters: Filters, zone: tzinfo) -> Q:
    """The days of an act, both included, in this zone."""
    since = Q(timestamp__gte=_begin(filters.first, zone)) if filters.first else Q()
    return since & Q(timestamp__lt=_begin(filters.last + timedelta(days=1), zone)) if filters.last else since


def _begin(day: date, zone: tzinfo) -> datetime:
    """Midnight of the day there, also on a day whose clocks change."""
    return datetime.combine(day, time(), tzinfo=zone)
