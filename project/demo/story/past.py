"""The lives of tickets that are over: from a few given times to every act in between."""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from project.demo.story.calendar import Calendar
from project.demo.story.happening import Happening

TRIAGE = {"high": (5, 12), "medium": (10, 35), "low": (20, 70)}
"""From the report to the assignment, in minutes."""
ACCEPTANCE = (4, 16)
"""From the assignment to the promise, in minutes."""
BEGINNING = (1, 12)
THANKS = (12, 40)
BROKEN = 0.55
"""A promise that will be broken covers this much of the time the work really takes."""
MOST_ROOM = timedelta(hours=2)
"""A kept promise is due at most so long after the work is done."""


def withdrawn(row: dict[str, Any], calendar: Calendar) -> list[Happening]:
    """A ticket that was taken back before anybody had it."""
    end = row["withdrawn"]
    told = {"reason": end["reason"], "repeats": end.get("repeats", "")}
    return [
        Happening(at=calendar.moment(end["raised"]), issue=row["key"], do="raise"),
        Happening(at=calendar.moment(end["at"]), issue=row["key"], do="withdraw", by=end["by"], told=told),
    ]


def resolved(row: dict[str, Any], calendar: Calendar, chance: Random) -> list[Happening]:
    """A ticket that was worked on until it was resolved, in time or late."""
    return list(_life(row["key"], row["priority"], row["past"], calendar, chance))


def _life(key: str, priority: str, life: dict[str, Any], calendar: Calendar, chance: Random) -> Iterator[Happening]:
    raised, done = calendar.moment(life["raised"]), calendar.moment(life["done"])
    assigned = raised + _some(TRIAGE[priority], chance)
    yield Happening(at=raised, issue=key, do="raise")
    if "priority_to" in life:
        told = {"to": life["priority_to"], "because": life["priority_because"]}
        yield Happening(at=assigned - timedelta(minutes=2), issue=key, do="priority", by=life["sm"], told=told)
    told = {"to": life["engineer"], "level": life.get("level")}
    yield Happening(at=assigned, issue=key, do="assign", by=life["sm"], told=told)
    until = _promise(assigned, done, chance, life, calendar)
    begun = yield from _begin(key, assigned, until, chance, life)
    if "handed" in life:
        begun = yield from _hand_over(key, life["handed"], until, calendar, chance)
    if "begun" in life:
        begun = calendar.moment(life["begun"])
        yield Happening(at=begun, issue=key, do="start")
    yield from _talk(key, life.get("says", []), begun, done)
    yield Happening(at=done, issue=key, do="resolve", told={"note": life["note"]})
    if "thanks" in life:
        thanks = {"body": life["thanks"]}
        yield Happening(at=done + _some(THANKS, chance), issue=key, do="say", by="reporter", told=thanks)


def _begin(
    key: str, assigned: datetime, until: datetime, chance: Random, life: dict[str, Any]
) -> Generator[Happening, None, datetime]:
    """The promise, and the start right after it unless the story names a later one; returns when the work began."""
    promised = assigned + _some(ACCEPTANCE, chance)
    begun = promised + _some(BEGINNING, chance)
    yield Happening(at=promised, issue=key, do="commit", told={"until": until})
    if "begun" not in life:
        yield Happening(at=begun, issue=key, do="start")
    return begun


def _hand_over(
    key: str, handed: dict[str, Any], until: datetime, calendar: Calendar, chance: Random
) -> Generator[Happening, None, datetime]:
    """A reassignment, and the new engineer's promise and start; returns when they began."""
    at = calendar.moment(handed["at"])
    told = {"to": handed["to"], "comment": handed["because"]}
    yield Happening(at=at, issue=key, do="assign", by=handed["by"], told=told)
    return (yield from _begin(key, at, until, chance, {}))


def _talk(key: str, says: list[dict[str, Any]], begun: datetime, done: datetime) -> Iterator[Happening]:
    """What is said during the work, spread over it."""
    pause = (done - begun) / (len(says) + 1)
    for number, said in enumerate(says, start=1):
        told = {"body": said["body"], "internal": said.get("internal", False)}
        yield Happening(at=begun + pause * number, issue=key, do="say", by=said["by"], told=told)


def _promise(assigned: datetime, done: datetime, chance: Random, life: dict[str, Any], calendar: Calendar) -> datetime:
    """Until when the engineer believes to need: a kept promise leaves some room, a broken one falls short."""
    if "promise" in life:
        return calendar.moment(life["promise"])
    if life.get("late"):
        return assigned + (done - assigned) * BROKEN
    return done + min((done - assigned) * chance.uniform(0.15, 0.5), MOST_ROOM)


def _some(minutes: tuple[int, int], chance: Random) -> timedelta:
    return timedelta(seconds=chance.randint(minutes[0] * 60, minutes[1] * 60))
