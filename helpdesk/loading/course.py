"""What happens to one sample ticket, played by the rules of the line-up (C1-C5, E1) up to the present moment.

Engineers give their resolution time within minutes, before anything else is lined up behind: so a commitment never moves another
ticket (C8), and each start is the latest due time of what stood ahead (C2). Moments are seconds of Unix time.
"""

from dataclasses import dataclass, field
from random import Random

from helpdesk.loading.cast import FOREVER, Cast, Engineer, Held
from workflow.states import Level, Priority, Status

MINUTE, HOUR, DAY = 60, 3600, 86400
LAST_DAYS = 2
"""The days before the present in which the tickets of the closed part are no longer raised."""
LAST_HOURS = 12
"""The hours in which the tickets that are open now were raised."""

WITHDRAWN, REASSIGNED, LATE, STUCK = 0.02, 0.05, 0.06, 0.10
UNASSIGNED_NOW, UNCOMMITTED_NOW = 0.15, 0.20
TRIAGE = {Priority.HIGH: 20, Priority.MEDIUM: 60, Priority.LOW: 240}
"""Up to how many minutes a ticket waits for an SM."""
PROMISES = {Priority.HIGH: (20, 90), Priority.MEDIUM: (30, 150), Priority.LOW: (45, 240)}
"""The resolution times engineers give, in minutes."""


@dataclass(kw_only=True)
class Stint:
    """One engineer's assignment, with what became of it."""

    ref: int
    engineer: Engineer
    assigner: int
    level: Level
    assigned_at: int
    starts_at: int
    due_at: int
    expected: int
    behind: Held | None
    held: Held
    minutes: int | None = None
    committed_at: int | None = None
    started_at: int | None = None
    jumped: tuple[str, ...] = ()
    ended_at: int | None = None
    place: int | None = None


@dataclass(kw_only=True)
class Course:
    """The life of one ticket so far."""

    pk: int
    case_id: str
    reporter_id: int
    priority: Priority
    raised_at: int
    is_last: bool
    status: Status = Status.UNASSIGNED
    stints: list[Stint] = field(default_factory=list)
    withdrawn_at: int | None = None
    escalated_at: int | None = None
    resolved_at: int | None = None


@dataclass(kw_only=True)
class Play:
    """Plays tickets one after the other, in the order they are raised."""

    cast: Cast
    dice: Random
    now: int
    expected: dict[Priority, int]

    def run(self, course: Course, first_ref: int, second_ref: int) -> Course:
        """Let the ticket's life happen; at most two assignments, whose ids are given."""
        at = course.raised_at + self.dice.randint(2 * MINUTE, TRIAGE[course.priority] * MINUTE)
        if course.is_last and self.dice.random() < UNASSIGNED_NOW:
            return course
        if not course.is_last and self.dice.random() < WITHDRAWN:
            return self._withdraw(course, at)
        engineer = self._engineer(course)
        at = max(at, engineer.ready_at)
        if at > self.now:
            return course
        stint = self._give(course, engineer, at, first_ref)
        if self.dice.random() < REASSIGNED:
            stint = self._reassign(course, stint, second_ref)
        elif course.is_last and self.dice.random() < UNCOMMITTED_NOW:
            return self._settle(course, stint)
        self._work(course, stint)
        return self._settle(course, stint)

    def _withdraw(self, course: Course, at: int) -> Course:
        if at <= self.now:
            course.withdrawn_at, course.resolved_at, course.status = at, at, Status.RESOLVED
        return course

    def _engineer(self, course: Course, other_than: Engineer | None = None) -> Engineer:
        """Somebody of the pool who neither reported it (A7) nor has it."""
        while True:
            chosen = self.dice.choice(self.cast.engineers)
            if chosen.id != course.reporter_id and chosen is not other_than:
                return chosen

    def _give(self, course: Course, engineer: Engineer, at: int, ref: int) -> Stint:
        """Line it up behind what the engineer holds at this moment (C2, C3)."""
        line = engineer.in_line(at)
        starts_at = max([at, *(held.due_at for held in line)])
        level = Level.SM1 if self.dice.random() < 0.7 else Level.SM2
        expected = self.expected[course.priority]
        due_at = starts_at + expected * MINUTE
        held = Held(ref=ref, case_id=course.case_id, assigned_at=at, due_at=due_at)
        stint = Stint(
            ref=ref,
            engineer=engineer,
            assigner=self.dice.choice(self.cast.masters[level]),
            level=level,
            assigned_at=at,
            starts_at=starts_at,
            due_at=due_at,
            expected=expected,
            behind=line[-1] if line else None,
            held=held,
        )
        line.append(held)
        engineer.ready_at = at + 1
        course.stints.append(stint)
        course.status = Status.ASSIGNED
        return stint

    def _reassign(self, course: Course, stint: Stint, ref: int) -> Stint:
        """Another engineer gets it before the first has given a time."""
        engineer = self._engineer(course, other_than=stint.engineer)
        at = max(stint.assigned_at + self.dice.randint(5, 60) * MINUTE, engineer.ready_at)
        if at > self.now:
            return stint
        stint.ended_at = stint.held.leaves_at = at
        return self._give(course, engineer, at, ref)

    def _work(self, course: Course, stint: Stint) -> None:
        """The promise, the start and the end, as far as they have come by now."""
        engineer, held = stint.engineer, stint.held
        at = stint.assigned_at + self.dice.randint(20, 180)
        if at > self.now:
            return
        stint.committed_at, stint.minutes = at, self._promise(course, stint)
        stint.due_at = held.due_at = stint.starts_at + stint.minutes * MINUTE
        engineer.ready_at = at + 1
        is_stuck = not course.is_last and course.raised_at > self.now - 30 * DAY and self.dice.random() < STUCK
        begins = at if is_stuck else max(at, engineer.free_at)
        if begins <= self.now and begins < stint.due_at:
            stint.started_at = held.started_at = begins
            stint.jumped = tuple(
                one.case_id for one in engineer.in_line(at) if one.waits_before(stint.assigned_at, begins)
            )
            course.status = Status.IN_PROGRESS
        ends = FOREVER if is_stuck or course.is_last else self._end(stint, begins)
        if not is_stuck:
            engineer.free_at = ends
        self._close(course, stint, ends)

    def _promise(self, course: Course, stint: Stint) -> int:
        """Minutes; who is free and busy with nothing else promises more for what is still open now."""
        if course.is_last and stint.behind is None:
            return self.dice.randint((LAST_HOURS + 2) * 60, 48 * 60)
        return self.dice.randint(*PROMISES[course.priority])

    def _end(self, stint: Stint, begins: int) -> int:
        """When it is resolved: mostly before the due time."""
        left = stint.due_at - begins
        if left > 2 * MINUTE and self.dice.random() >= LATE:
            work = min(left, (stint.minutes or 1) * MINUTE)
            return begins + int(work * self.dice.uniform(0.3, 0.95))
        return max(begins, stint.due_at) + self.dice.randint(5 * MINUTE, 5 * HOUR)

    def _close(self, course: Course, stint: Stint, ends: int) -> None:
        """Escalated by the sweep within a minute of a broken promise (E1); resolved when done."""
        if ends >= stint.due_at:
            swept = stint.due_at + self.dice.randint(1, MINUTE)
            stint.held.leaves_at = swept
            if swept <= self.now:
                course.escalated_at, course.status = swept, Status.ESCALATED
        stint.held.leaves_at = min(stint.held.leaves_at, ends)
        if ends <= self.now:
            course.resolved_at = ends
            course.status = Status.RESOLVED_ESCALATED if course.escalated_at else Status.RESOLVED

    def _settle(self, course: Course, stint: Stint) -> Course:
        """A place among the waiting for what is only assigned (A1)."""
        if course.status is Status.ASSIGNED:
            stint.engineer.waiting += 1
            stint.place = stint.engineer.waiting
        return course
