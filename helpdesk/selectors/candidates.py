"""Whom tickets can be given to, and what that would come to for them and for everybody else's promises (B02, A7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.models import Ticket, User
from helpdesk.selectors import lines, people
from helpdesk.selectors.cases import case_of
from workflow import policies
from workflow.cases import Person
from workflow.errors import WorkflowError
from workflow.lineup import Planned, Queue
from workflow.roles import level_for
from workflow.states import Act, Level, Status
from workflow.whatif import Ahead, Newcomer, at_the_end, first_in_line

TO_COME = "comment"
"""Stands for the comment somebody will still write, where only authority is asked about."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What giving the tickets to one engineer now would mean; times as they would be stored.

    `planned` has start and due time of each ticket in the order given, at the end of the line; `starts_at` is the start of the
    first and `due_at` the due time of the last. `finish_at` is when the last would really be done (C9), `late_minutes` how far
    after its due time, None when in time, and `behind` what it waits for. `ahead` is a place ahead of all who wait, None where
    there is no such choice, and `ahead_refused` the rule that forbids it (A2). An escalated ticket takes no place (E3): it has
    no start, keeps its due time, and finds nobody busy.
    """

    engineer: User
    open: int
    in_progress: tuple[str, ...]
    held: tuple[str, ...]
    free_at: datetime
    starts_at: datetime | None
    due_at: datetime
    planned: tuple[Planned, ...]
    finish_at: datetime
    late_minutes: int | None
    behind: str | None
    is_busy: bool
    ahead: Ahead | None
    ahead_refused: str

    @property
    def would_be_late(self) -> tuple[str, ...]:
        """The cases whose promise would move later, were the ticket put ahead of all who wait (C6)."""
        return tuple(delay.case_id for delay in self.ahead.would_be_late) if self.ahead else ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of each engineer: which tickets, given by whom, under which level and when."""

    newcomers: Sequence[Newcomer]
    person: Person
    level: Level
    now: datetime
    broken_due: datetime | None
    """The due time an escalated ticket keeps."""


def candidates(
    tickets: Sequence[Ticket], *, by: User, now: datetime, level: Level | None = None, only: int | None = None
) -> list[Candidate]:
    """The pool for one ticket or for several in this order, the earliest finish first; `only` names one engineer of it.

    The same few statements however many engineers there are and however much they hold. `level` is that of the open tab,
    None for the highest held.
    """
    pool = people.engineers() if only is None else people.engineers().filter(pk=only)
    engineers = list(pool.only("name"))
    held = lines.queues_of([engineer.pk for engineer in engineers])
    asked = _asked(tickets, by, level, now)
    found = [_candidate(engineer, held[engineer.pk], asked) for engineer in engineers]
    return sorted(found, key=lambda one: (one.finish_at, one.open, one.engineer.name, one.engineer.pk))


def candidates_for(ticket: Ticket, *, by: User, now: datetime) -> list[Candidate]:
    """The pool for one ticket; refused where its status lets nobody have it (section 2)."""
    policies.check_status(case_of(ticket), Act.REASSIGN if ticket.assignment else Act.ASSIGN)
    return candidates([ticket], by=by, now=now)


def _asked(tickets: Sequence[Ticket], by: User, level: Level | None, now: datetime) -> Asked:
    person = people.person_of(by)
    return Asked(
        newcomers=[_newcomer(ticket) for ticket in tickets],
        person=person,
        level=level_for(person.roles, level),
        now=now,
        broken_due=_broken_due(tickets[0], now) if len(tickets) == 1 else None,
    )


def _newcomer(ticket: Ticket) -> Newcomer:
    return Newcomer(case_id=ticket.case_id, minutes=ticket.application.default_minutes(ticket.priority))


def _broken_due(ticket: Ticket, now: datetime) -> datetime | None:
    """The due time of a ticket that is escalated, or is before anything else is done with it (E1, E3)."""
    is_broken = ticket.status == Status.ESCALATED or policies.must_escalate(case_of(ticket), now)
    return ticket.assignment.due_at if is_broken and ticket.assignment else None


def _candidate(engineer: User, queue: Queue, asked: Asked) -> Candidate:
    outlook = at_the_end(queue, asked.newcomers, asked.now)
    broken = asked.broken_due is not None
    ahead = first_in_line(queue, asked.newcomers[0], asked.now) if _has_choice(queue, asked) else None
    return Candidate(
        engineer=engineer,
        open=len(queue.escalated) + len(queue.in_line),
        in_progress=tuple(slot.case_id for slot in queue.in_progress),
        held=tuple(slot.case_id for slot in queue.in_line),
        free_at=outlook.free_at,
        starts_at=None if broken else outlook.planned[0].starts_at,
        due_at=asked.broken_due or outlook.planned[-1].due_at,
        planned=outlook.planned,
        finish_at=outlook.finish_at,
        late_minutes=None if broken else outlook.late_minutes,
        behind=outlook.behind,
        is_busy=bool(queue.in_line) and not broken,
        ahead=ahead,
        ahead_refused=_refusal(ahead, asked) if ahead else "",
    )


def _has_choice(queue: Queue, asked: Asked) -> bool:
    """Whether another place than the last is asked about: for one ticket that takes a place, where somebody waits."""
    return bool(queue.waiting) and len(asked.newcomers) == 1 and asked.broken_due is None


def _refusal(ahead: Ahead, asked: Asked) -> str:
    """The rule that keeps this person from putting anything ahead of those who wait (A2), in words."""
    try:
        policies.check_may_reorder(asked.person, asked.level, ahead.before, ahead.plan, TO_COME)
    except WorkflowError as error:
        return error.sentence
    return ""
