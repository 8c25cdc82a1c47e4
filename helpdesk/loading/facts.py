"""The facts of a sample ticket's life, as the services would have recorded them (T5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from helpdesk.loading import words
from helpdesk.loading.cast import Cast
from helpdesk.loading.course import MINUTE, Course, Stint
from workflow import facts
from workflow.audience import Parties
from workflow.states import Status


@dataclass(frozen=True, kw_only=True)
class Told:
    """One fact: when, by whom (None is the system), what, and whom it concerned then."""

    at: int
    actor: int | None
    fact: facts.Fact
    engineer: int | None = None
    previous: int | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """One comment; its fact carries the comment's id once there is one."""

    at: int
    author: int
    body: str
    internal: bool


def moment(seconds: int) -> datetime:
    """Seconds of Unix time as a time of the database."""
    return datetime.fromtimestamp(seconds, UTC)


def facts_of(course: Course, title: str, code: str, cast: Cast, dice: Random) -> Iterator[Told]:
    """All but the comments, in the order they happened."""
    raised = facts.TicketRaised(application_code=code, title=title, priority=course.priority)
    yield Told(at=course.raised_at, actor=course.reporter_id, fact=raised)
    if course.withdrawn_at is not None:
        withdrawn = facts.TicketWithdrawn(reason=words.REASONS[course.pk % len(words.REASONS)])
        yield Told(at=course.withdrawn_at, actor=course.reporter_id, fact=withdrawn)
    previous: Stint | None = None
    for stint in course.stints:
        yield _given(stint, previous, dice)
        yield from _worked(stint)
        previous = stint
    if course.stints:
        yield from _closed(course, course.stints[-1], cast)


def _given(stint: Stint, previous: Stint | None, dice: Random) -> Told:
    """The assignment as it was told: expected times, before any commitment (C4)."""
    told = {
        "engineer_id": stint.engineer.id,
        "engineer_name": stint.engineer.name,
        "level": stint.level,
        "starts_at": moment(stint.starts_at),
        "due_at": moment(stint.starts_at + stint.expected * MINUTE),
        "queued_after": stint.behind.case_id if stint.behind else None,
        "lined_up": stint.behind is not None,
    }
    if previous is None:
        fact = facts.TicketAssigned(**told)  # type: ignore[arg-type]
    else:
        fact = facts.TicketReassigned(
            **told,  # type: ignore[arg-type]
            comment=dice.choice(words.MOVES),
            previous_engineer_id=previous.engineer.id,
            previous_engineer_name=previous.engineer.name,
        )
    before = previous.engineer.id if previous else None
    return Told(at=stint.assigned_at, actor=stint.assigner, fact=fact, engineer=stint.engineer.id, previous=before)


def _worked(stint: Stint) -> Iterator[Told]:
    engineer = stint.engineer.id
    if stint.committed_at is not None and stint.minutes is not None:
        promise = facts.TicketCommitted(
            resolution_minutes=stint.minutes, starts_at=moment(stint.starts_at), due_at=moment(stint.due_at)
        )
        yield Told(at=stint.committed_at, actor=engineer, fact=promise, engineer=engineer)
    if stint.started_at is not None:
        started = facts.TicketStarted(out_of_turn=stint.jumped)
        yield Told(at=stint.started_at, actor=engineer, fact=started, engineer=engineer)


def _closed(course: Course, stint: Stint, cast: Cast) -> Iterator[Told]:
    engineer = stint.engineer
    if course.escalated_at is not None:
        broken = facts.TicketEscalated(
            due_at=moment(stint.due_at),
            engineer_id=engineer.id,
            engineer_name=engineer.name,
            escalated_to_ids=(engineer.authority_id,),
            escalated_to_names=(cast.names[engineer.authority_id],),
        )
        yield Told(at=course.escalated_at, actor=None, fact=broken, engineer=engineer.id)
    if course.resolved_at is not None:
        late = course.status is Status.RESOLVED_ESCALATED
        done = facts.TicketResolved(note=words.NOTES[course.pk % len(words.NOTES)], late=late)
        yield Told(at=course.resolved_at, actor=engineer.id, fact=done, engineer=engineer.id)


def comments_of(course: Course, now: int, dice: Random) -> Iterator[Said]:
    """A word of the reporter on some tickets, an internal one of the engineer on a few (T6)."""
    if dice.random() < 0.3:
        at = course.raised_at + dice.randint(5, 90) * MINUTE
        if at <= now:
            yield Said(at=at, author=course.reporter_id, body=dice.choice(words.COMMENTS), internal=False)
    if course.stints and course.stints[-1].started_at is not None and dice.random() < 0.15:
        stint = course.stints[-1]
        at = (stint.started_at or 0) + MINUTE
        if at <= now:
            yield Said(at=at, author=stint.engineer.id, body=dice.choice(words.INTERNAL), internal=True)


def parties(course: Course, told: Told, cast: Cast) -> Parties:
    """Who stood around the ticket when it was told; everybody of a sample is active."""
    stint = next((one for one in course.stints if one.engineer.id == told.engineer), None)
    return Parties(
        reporter=course.reporter_id,
        assignee=told.engineer,
        assignee_name=cast.names.get(told.engineer or 0, ""),
        previous_assignee=told.previous,
        assigner=stint.assigner if stint else None,
        ra=stint.engineer.authority_id if stint else None,
        every_sm=cast.every_master,
        other_ras=cast.authorities,
        admins=cast.admins,
        actor=told.actor,
    )
