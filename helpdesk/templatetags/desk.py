"""The looks shared by portal and staff admin: one component each, callable from templates and from list columns.

What stands in many rows of a list is written here and not by a template, which takes ten times as long.
"""

from datetime import datetime, timedelta
from functools import cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from helpdesk import clock
from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors.forecast import Outlook
from workflow.calendars import ROUND_THE_CLOCK, WorkingTime
from workflow.errors import in_words
from workflow.states import Priority, Status

register = template.Library()

WITHDRAWN = "withdrawn"
STATUS_ICONS = {
    Status.UNASSIGNED: "inbox",
    Status.ASSIGNED: "person",
    Status.IN_PROGRESS: "play",
    Status.ESCALATED: "up",
    Status.RESOLVED: "check",
    Status.RESOLVED_ESCALATED: "check",
    WITHDRAWN: "cross",
}
PRIORITY_SHAPES = {Priority.HIGH: "triangle", Priority.MEDIUM: "square", Priority.LOW: "line"}
TIME_WORDS = {"due": "due", "expected": "expected", "late": "due", "at-risk": "at risk", "at": ""}
NONE = mark_safe('<span class="desk-none">\N{EN DASH}</span>')
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Written here: the desk speaks one language, and a list says a hundred days, for which the framework asks its translations each time."""
NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
TIME_ICONS = {"due": "clock", "expected": "clock", "late": "up", "at-risk": "warning", "at": ""}


@register.simple_tag
def status_chip(ticket: Ticket | str) -> SafeString:
    """Where a ticket stands, as icon and word; also takes the bare status."""
    if not isinstance(ticket, Ticket):
        return _status_chip(Status(ticket))
    return _status_chip(WITHDRAWN if ticket.is_withdrawn else Status(ticket.status))


@cache
def _status_chip(key: Status | str) -> SafeString:
    """Made once, as every look that knows only a few words: a list shows it in every row."""
    label = key.label if isinstance(key, Status) else "Withdrawn"
    context = {"key": str(key), "label": label, "icon": STATUS_ICONS[key]}
    return render_to_string("helpdesk/parts/status_chip.html", context)


@register.simple_tag
def priority_mark(ticket: Ticket | str) -> SafeString:
    """How urgent, as shape and word; also takes the bare priority."""
    return _priority_mark(Priority(ticket.priority if isinstance(ticket, Ticket) else ticket))


@cache
def _priority_mark(priority: Priority) -> SafeString:
    context = {"key": priority.value, "label": priority.label, "icon": PRIORITY_SHAPES[priority]}
    return render_to_string("helpdesk/parts/priority_mark.html", context)


@register.simple_tag
def mark(word: str, sign: str = "warning", tone: str = "amber", title: str = "") -> SafeString:
    """A small flag in words beside an icon: "not triaged in time", "out of turn", "engineer inactive"."""
    return format_html(
        '<span class="desk-chip desk-mark desk-tone-{}"{}>{}{}</span>',
        tone,
        format_html(' title="{}"', title) if title else "",
        icon(sign),
        word,
    )


@register.simple_tag
def risk(outlook: Outlook | None) -> SafeString:
    """That a promise will be missed, why and by how much: "at risk: behind N-EXP-1003, late by 40 min" (C9); else nothing."""
    if not outlook or not outlook.is_at_risk:
        return SafeString()
    return format_html(
        '<span class="desk-risk">{}<span class="desk-risk-why"><span class="desk-hidden">: </span>{}</span></span>',
        mark("at risk"),
        outlook.risk,
    )


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """One of our few icons; it repeats a word that stands beside it and is silent for screen readers."""
    return render_to_string("helpdesk/parts/icon.html", {"icon": name})


@register.simple_tag
def person(user: User | None) -> SafeString:
    """Initials and name; nobody is a dash."""
    if not user:
        return NONE
    return format_html(
        '<span class="desk-person"><span class="desk-initials" aria-hidden="true">{}</span>'
        '<span class="desk-person-name">{}</span></span>',
        user.initials,
        user.name,
    )


@register.simple_tag(takes_context=True)
def time_chip(context: Context, moment: datetime | None, kind: str = "at", *, says_word: bool = True) -> SafeString:
    """A moment in the viewer's zone: "today 14:00 (in 2 h 10)", the exact time on hover."""
    return time_chip_at(moment, kind, now=moment_of(context), says_word=says_word)


def time_chip_at(
    moment: datetime | None, kind: str, *, now: datetime, says_word: bool = True, late_minutes: int | None = None
) -> SafeString:
    """The time chip for callers outside a template, who know the moment they compare with.

    `says_word` is false beside a label that says already what the moment is; `late_minutes` is how late a broken promise is in
    its engineer's working time (C10).
    """
    if moment is None:
        return NONE
    local, word = timezone.localtime(moment), TIME_WORDS[kind] if says_word else ""
    return format_html(
        '<time class="desk-time desk-time-{}" datetime="{}" title="{}">{}{}<span class="desk-time-clock">{} {}</span> '
        '<span class="desk-time-distance">({})</span></time>',
        kind,
        local.isoformat(),
        _exact(local),
        icon(TIME_ICONS[kind]) if TIME_ICONS[kind] else "",
        format_html('<span class="desk-time-word">{}</span> ', word) if word else "",
        day_in_words(moment, now),
        _clock(local),
        _distance(moment, kind, now, late_minutes),
    )


def _distance(moment: datetime, kind: str, now: datetime, late_minutes: int | None) -> str:
    is_late = kind == "late"
    if is_late and moment < now and late_minutes is not None:
        return f"{minutes_short(late_minutes)} late"
    return distance_in_words(moment, now, late=is_late)


@register.simple_tag(takes_context=True)
def time_short(context: Context, moment: datetime) -> SafeString:
    """A moment within a sentence: "today 14:00", the exact time on hover."""
    words = f"{day_in_words(moment, moment_of(context))} {_clock(timezone.localtime(moment))}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact(moment), words)


@register.simple_tag
def time_bar(assignment: Assignment, now: datetime, time: WorkingTime = ROUND_THE_CLOCK) -> SafeString:
    """How much of a promise is used, from its planned start, or the real one before it, to its due time, in working time (C10)."""
    if assignment.starts_at is None:
        return render_to_string("helpdesk/parts/time_bar.html", {"used": None})
    begins = min(assignment.starts_at, assignment.started_at or assignment.starts_at)
    whole, gone = time.minutes_between(begins, assignment.due_at), time.minutes_between(begins, now)
    used = 100 if not whole or now >= assignment.due_at else min(100, round(100 * gone / whole))
    context = {"used": used, "tone": "late" if used >= 100 else "close" if used >= 80 else "calm"}
    late = time.minutes_between(assignment.due_at, now)
    context["left"] = f"{minutes_short(late)} late" if late else distance_in_words(assignment.due_at, now, late=True)
    return render_to_string("helpdesk/parts/time_bar.html", context)


@register.filter
def minutes_in_words(minutes: int | None) -> str:
    """130 is "2 h 10 min"."""
    return "" if minutes is None else in_words(int(minutes))


@register.filter
def exact(moment: datetime | None) -> str:
    """The whole moment in the viewer's zone, with the zone: "Tue 11 Nov 2025, 14:00 CET"."""
    return "" if moment is None else _exact(timezone.localtime(moment))


def _exact(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]} {_day(local)} {local.year}, {_clock(local)} {local.tzname()}"


def _day(local: datetime) -> str:
    return f"{local.day} {MONTHS[local.month - 1]}"


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def moment_of(context: Context) -> datetime:
    """The `now` of this page: what the view read, else the clock once per rendering."""
    if context.get("now") is None:
        context.render_context.setdefault("desk_now", None)
        if context.render_context["desk_now"] is None:
            context.render_context["desk_now"] = clock.now()
        return context.render_context["desk_now"]
    return context["now"]


def day_in_words(moment: datetime, now: datetime) -> str:
    """Today, tomorrow, yesterday, or the date; the year only where it is another one."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    near = NEAR.get((local.date() - today).days)
    if near:
        return near
    return f"{WEEKDAYS[local.weekday()]} {_day(local)}" if local.year == today.year else f"{_day(local)} {local.year}"


def distance_in_words(moment: datetime, now: datetime, *, late: bool = False) -> str:
    """How far off: "in 2 h 10", "2 h 10 ago", for a broken promise "2 h 10 late"."""
    span = short_span(abs(moment - now))
    if moment >= now:
        return f"in {span}" if span != "0 min" else "now"
    if late:
        return f"{span} late"
    return f"{span} ago" if span != "0 min" else "just now"


def short_span(span: timedelta) -> str:
    """A length of time at a glance: "45 min", "2 h 10", from two days on "3 d 4 h"."""
    return minutes_short(int(span.total_seconds() // 60))


def minutes_short(minutes: int) -> str:
    """The same, of minutes."""
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    return f"{rest} min"
