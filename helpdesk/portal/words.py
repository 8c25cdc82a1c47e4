"""Where a ticket stands, in the words of somebody who reported it: no statuses, no codes, nothing internal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from helpdesk.models import Ticket
from helpdesk.selectors import reporters
from helpdesk.selectors.forecast import Outlook
from workflow.errors import in_words
from workflow.states import Priority, Status

PRIORITY_HELP = {
    Priority.HIGH: "Work has stopped, for you or for many.",
    Priority.MEDIUM: "Work goes on, but slower or by a detour.",
    Priority.LOW: "A nuisance or a wish; it can wait.",
}


@dataclass(frozen=True)
class Standing:
    """Where it stands, with the mark that goes with it."""

    words: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Expectation:
    """When it will be done; `kind` as the time chip takes it: promised is `due`, else `expected` or `late`."""

    moment: datetime
    kind: str
    label: str


@dataclass(frozen=True)
class News:
    """The last thing that happened that its reporter may know."""

    moment: datetime
    words: str
    quote: str = ""


@dataclass(frozen=True)
class Step:
    """A station on a ticket's way; `state` is done, now, next or ahead."""

    label: str
    state: str
    moment: datetime | None = None
    by: str = ""
    expectation: Expectation | None = None


def standing(ticket: Ticket) -> Standing:
    """The status in one phrase."""
    if ticket.is_withdrawn:
        return Standing("withdrawn", "cross", "neutral")
    match Status(ticket.status):
        case Status.UNASSIGNED:
            return Standing("waiting to be assigned", "inbox", "amber")
        case Status.ASSIGNED:
            return Standing(f"{first_name(ticket)} has it, not started yet", "person", "blue")
        case Status.IN_PROGRESS:
            return Standing(f"{first_name(ticket)} is working on it", "play", "indigo")
        case Status.ESCALATED:
            return Standing("late, the manager has been told", "up", "red")
        case Status.RESOLVED:
            return Standing("resolved", "check", "green")
        case Status.RESOLVED_ESCALATED:
            return Standing("resolved, later than promised", "check", "green")


def expectation(ticket: Ticket, now: datetime) -> Expectation | None:
    """The promised or expected time of an open ticket (C4); an expectation that has passed is not repeated."""
    due_at, assignment = reporters.due_known(ticket, now), ticket.assignment
    if due_at is None or assignment is None:
        return None
    if ticket.status == Status.ESCALATED or (assignment.is_committed and due_at <= now):
        return Expectation(due_at, "late", "Was promised for")
    if assignment.is_committed:
        return Expectation(due_at, "due", "Promised for")
    return Expectation(due_at, "expected", "Expected by")


def place_in_line(ticket: Ticket, outlook: Outlook | None) -> str:
    """Which one it is with its engineer, those under way included: "3rd in line with Asha"; empty once it is begun (B06)."""
    if outlook is None or not outlook.place:
        return ""
    which = "next" if outlook.position == 1 else f"{outlook.position}{_ending(outlook.position)}"
    return f"{which} in line with {first_name(ticket)}"


def likely(ticket: Ticket, outlook: Outlook | None) -> Expectation | None:
    """When it will be done as things stand, where that is later than what was promised or expected (C9, B06)."""
    moment = reporters.likely_known(ticket, outlook)
    return Expectation(moment, "expected", "Likely done") if moment else None


def agreed(ticket: Ticket) -> str:
    """The extra time that was agreed to, in words; empty where there is none (X3)."""
    extension = reporters.agreed_extension(ticket)
    return in_words(extension.extra_minutes) if extension else ""


def _ending(number: int) -> str:
    """The letters of 1st, 2nd, 3rd, 4th."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def last_news(ticket: Ticket, said: News | None = None) -> News:
    """The newest of its stations and of what was said last."""
    told = [*_stations(ticket), *([said] if said else [])]
    return sorted(told, key=lambda news: news.moment)[-1]


def _stations(ticket: Ticket) -> Iterator[News]:
    yield News(ticket.created_at, "You raised it")
    assignment = ticket.assignment
    if assignment is not None:
        yield News(assignment.assigned_at, f"Given to {assignment.engineer.name}")
        if assignment.started_at:
            yield News(assignment.started_at, f"{assignment.engineer.name} began")
    if agreed(ticket) and ticket.extension.decided_at:
        yield News(ticket.extension.decided_at, f"{agreed(ticket)} more was agreed to")
    if ticket.escalated_at:
        yield News(ticket.escalated_at, "The promised time passed; the manager has been told")
    if ticket.resolved_at and ticket.is_withdrawn:
        yield News(ticket.resolved_at, "Withdrawn", ticket.withdrawal_reason)
    elif ticket.resolved_at:
        yield News(ticket.resolved_at, "Resolved", ticket.resolution_note)


def steps(ticket: Ticket, expected: Expectation | None = None) -> tuple[Step, ...]:
    """The stations of its life with their times, the last one with the expected: raised, assigned, in progress, resolved.

    A withdrawn ticket has two: raised, withdrawn.
    """
    raised = Step("Raised", "done", ticket.created_at)
    if ticket.is_withdrawn:
        return (raised, Step("Withdrawn", "done", ticket.resolved_at))
    assignment = ticket.assignment
    if assignment is None:
        return (raised, Step("Assigned", "next"), Step("In progress", "ahead"), Step("Resolved", "ahead"))
    resolved = ticket.resolved_at is not None
    begun = resolved or assignment.started_at is not None
    return (
        raised,
        Step("Assigned", "done", assignment.assigned_at, assignment.engineer.name),
        Step("In progress", "done" if resolved else "now" if begun else "next", assignment.started_at),
        Step("Resolved", "done" if resolved else "ahead", ticket.resolved_at, expectation=expected),
    )


def first_name(ticket: Ticket) -> str:
    """How a reporter would speak of the engineer."""
    name = ticket.assignment.engineer.name if ticket.assignment else ""
    return name.split()[0] if name.split() else "Somebody"
