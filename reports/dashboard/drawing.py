"""What each chart shows, worked out of the figures: its shapes, its words and its table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats

from helpdesk.selectors.figures import Days, Figures
from helpdesk.selectors.numbers import ONE_DAY, Chosen
from reports.dashboard.charts import Bar, Plot, bars, plot, top_of
from reports.dashboard.links import Links
from reports.dashboard.spans import ONE_WEEK, each_day, each_week
from workflow.compliance import compliance
from workflow.states import Bucket

AGES: tuple[tuple[str, int, int | None], ...] = (
    ("Today", 0, 0),
    ("1 or 2 days ago", 1, 2),
    ("3 to 7 days ago", 3, 7),
    ("8 to 30 days ago", 8, 30),
    ("Longer ago", 31, None),
)
"""How many days ago open tickets were reported: label, least and most."""

MOST_BARS = 10
LABELS = 5
"""So many days have their date on the axis."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart over time: what it shows in a sentence, its shapes, and the same as a table; nothing to show has no shapes."""

    told: str
    plot: Plot | None
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """A chart of bars, which is a table as well; `more` says what it leaves out."""

    rows: Sequence[Bar]
    more: str = ""


def by_day(told: Figures, days: Days) -> Chart:
    """Raised and resolved, each on its own day."""
    every = list(each_day(days))
    raised = [told.open[day] + told.in_time[day] + told.late[day] for day in every]
    resolved = [told.resolved[day] for day in every]
    words = [
        f"{_day(day)}: {up} raised, {down} resolved" for day, up, down in zip(every, raised, resolved, strict=True)
    ]
    every_so_many = max(1, -(-len(every) // LABELS))
    labels = [_short(day) if place % every_so_many == 0 else "" for place, day in enumerate(every)]
    drawn = plot(raised, words, labels, top=top_of([*raised, *resolved]), line=resolved)
    return Chart(
        told=f"{sum(raised):,} raised and {sum(resolved):,} resolved from {_day(days.first)} to {_day(days.last)}.",
        plot=drawn if any(raised) or any(resolved) else None,
        heads=("Day", "Raised", "Resolved"),
        rows=[(_day(day), f"{up:,}", f"{down:,}") for day, up, down in zip(every, raised, resolved, strict=True)],
    )


def by_week(told: Figures, days: Days, chosen: Chosen) -> Chart:
    """The compliance of the tickets reported in each week; a week in which nothing was decided has none."""
    weeks = each_week(days, chosen)
    kept = [_sum(told.in_time, monday) for monday in weeks]
    broken = [_sum(told.late, monday) + _sum(told.escalated, monday) for monday in weeks]
    shares = [compliance(*pair) for pair in zip(kept, broken, strict=True)]
    said = ["-" if share is None else f"{share} %" for share in shares]
    drawn = plot(
        shares,
        [f"Week of {_day(monday)}: {words}" for monday, words in zip(weeks, said, strict=True)],
        [_short(monday) for monday in weeks],
        top=100,
    )
    return Chart(
        told=f"By the week of report, the last {len(weeks)} weeks up to {_day(days.last)}.",
        plot=drawn if any(share is not None for share in shares) else None,
        heads=("Week of", "On time", "Breached", "Compliance"),
        rows=[
            (_day(monday), f"{on_time:,}", f"{late:,}", words)
            for monday, on_time, late, words in zip(weeks, kept, broken, said, strict=True)
        ],
    )


def by_age(told: Figures, today: date, links: Links, chosen: Chosen) -> Bars:
    """Open tickets by how long ago they were reported, each with its list."""
    rows = []
    for label, least, most in AGES:
        first, last = None if most is None else today - ONE_DAY * most, today - ONE_DAY * least
        count = sum(many for day, many in told.open.items() if day <= last and (first is None or day >= first))
        # None of an age may lie outside the chosen days, where there is no list to lead to.
        rows.append((label, count, links.reported(Bucket.OPEN, first, last, chosen) if count else ""))
    ahead = sum(many for day, many in told.open.items() if day > today)
    if ahead:
        rows.insert(0, ("After today", ahead, links.reported(Bucket.OPEN, today + ONE_DAY, None, chosen)))
    return Bars(rows=bars(rows) if told.open.total() else [])


def by_application(told: Figures, applications: Iterable[tuple[int, str, str]], links: Links) -> Bars:
    """Breached tickets by application, each with its list."""
    names = {pk: (name, code) for pk, code, name in applications}
    found = [(names[pk], many) for pk, many in told.breached_of.items() if many]
    found.sort(key=lambda one: (-one[1], one[0]))
    rows = [(name, many, links.list_of(Bucket.BREACHED, application=code)) for (name, code), many in found[:MOST_BARS]]
    return Bars(rows=bars(rows), more=_rest("applications", [many for _, many in found[MOST_BARS:]]))


def by_engineer(told: Figures, links: Links) -> Bars:
    """Breached tickets by the engineer whose promise it was (S2), each with its list."""
    found = sorted(told.broken_by.items(), key=lambda one: (-one[1], one[0][1]))
    rows = [(name, many, links.list_of(Bucket.BREACHED, promise_of=str(pk))) for (pk, name), many in found[:MOST_BARS]]
    return Bars(rows=bars(rows), more=_rest("engineers", [many for _, many in found[MOST_BARS:]]))


def _rest(what: str, left: Sequence[int]) -> str:
    if not left:
        return ""
    return f"and {len(left)} more {what if len(left) > 1 else what[:-1]} with {sum(left):,} together"


def _sum(counted: Mapping[date, int], monday: date) -> int:
    return sum(many for day, many in counted.items() if monday <= day < monday + ONE_WEEK)


def _day(day: date) -> str:
    return formats.date_format(day, "D j M Y")


def _short(day: date) -> str:
    return formats.date_format(day, "j M")
