"""Everything that is to happen, read from `fixtures/tickets.json` and put in the order of time."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from project.demo.entra_people import FIXTURES
from project.demo.story import past
from project.demo.story.calendar import Calendar
from project.demo.story.happening import Happening

SEED = 20
"""The same story each time: what is left to chance in the past comes out alike."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What somebody reports in the story; `key` is its name within the story."""

    key: str
    application: str
    priority: str
    reporter: str
    title: str
    description: str
    happenings: list[Happening] = field(default_factory=list)


def issues(calendar: Calendar) -> dict[str, Issue]:
    """All issues of the story with what happens to each, by key."""
    chance = Random(SEED)  # noqa: S311 - a story, not a secret
    rows = json.loads((FIXTURES / "tickets.json").read_text())
    return {row["key"]: _issue(row, calendar, chance) for row in rows}


def in_order(told: dict[str, Issue]) -> list[Happening]:
    """What happens in the whole story, earliest first."""
    happenings = [happening for issue in told.values() for happening in issue.happenings]
    return sorted(happenings, key=lambda happening: happening.at)


def _issue(row: dict[str, Any], calendar: Calendar, chance: Random) -> Issue:
    facts = {name: row[name] for name in ("key", "application", "priority", "reporter", "title", "description")}
    return Issue(**facts, happenings=_happenings(row, calendar, chance))


def _happenings(row: dict[str, Any], calendar: Calendar, chance: Random) -> list[Happening]:
    if "past" in row:
        return past.resolved(row, calendar, chance)
    if "withdrawn" in row:
        return past.withdrawn(row, calendar)
    return [_happening(row["key"], act, calendar) for act in row["acts"]]


def _happening(key: str, act: dict[str, Any], calendar: Calendar) -> Happening:
    told = {name: value for name, value in act.items() if name not in {"at", "do", "by"}}
    if "until" in told:
        told["until"] = calendar.moment(told["until"])
    return Happening(at=calendar.moment(act["at"]), issue=key, do=act["do"], by=act.get("by", ""), told=told)
