"""The rows of a batch of sample tickets, table by table, in the order of `copying.COLUMNS`."""

import json
import zoneinfo
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.conf import settings

from helpdesk.loading import words
from helpdesk.loading.cast import Cast
from helpdesk.loading.course import DAY, Course, Stint
from helpdesk.loading.facts import Said, Told, comments_of, facts_of, moment, parties
from helpdesk.models import Grant
from workflow import facts
from workflow.audience import who_hears
from workflow.states import Status

MAIL_DAYS = 30
"""Older mails are left out of a sample, but for those that gave an engineer a ticket."""
MAIL_SECONDS = 2
UNTOUCHED = (facts.CommentAdded,)
"""Facts that leave the ticket's version as it is (A6)."""


@dataclass(kw_only=True)
class Batch:
    """What a batch of tickets leaves in each table."""

    cast: Cast
    dice: Random
    now: int
    permissions: dict[Grant, int]
    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    history: list[tuple[Course, list[Told]]] = field(default_factory=list)
    comments: list[tuple[Course, Said]] = field(default_factory=list)

    def add(self, course: Course, code: str, application_id: int) -> None:
        """Take one ticket with all that hangs on it, but for what needs ids of events and comments."""
        title = f"{self.dice.choice(words.THINGS)} {self.dice.choice(words.FAULTS)} {self.dice.randint(1, 99)}"
        told = list(facts_of(course, title, code, self.cast, self.dice))
        self._put("helpdesk_ticket", self._ticket(course, title, application_id, told))
        for stint in course.stints:
            self._put("helpdesk_assignment", self._assignment(course, stint))
            self._put("helpdesk_slarecord", _sla_record(course, stint))
        if course.escalated_at is not None:
            self._put("helpdesk_escalation", _escalation(course, course.stints[-1]))
        for grant in self._grants(course):
            self._put("helpdesk_ticketuserobjectpermission", grant)
        self.history.append((course, told))
        self.comments.extend((course, said) for said in comments_of(course, self.now, self.dice))

    def number_comments(self, ids: list[int]) -> None:
        """Give each comment its id, and its ticket the fact of it."""
        by_ticket = {course.pk: told for course, told in self.history}
        for pk, (course, said) in zip(ids, self.comments, strict=True):
            self._put("helpdesk_comment", (pk, course.pk, said.author, said.body, said.internal, moment(said.at)))
            engineer = next((one for one in reversed(course.stints) if one.assigned_at <= said.at), None)
            fact = facts.CommentAdded(internal=said.internal, comment_id=pk)
            told = Told(at=said.at, actor=said.author, fact=fact, engineer=engineer.engineer.id if engineer else None)
            by_ticket[course.pk].append(told)

    @property
    def events(self) -> int:
        """How many ids of events `number_events` wants."""
        return sum(len(told) for _, told in self.history)

    def number_events(self, ids: list[int]) -> None:
        """Write every fact as an event, and as the mails it was told in (N2)."""
        numbers = iter(ids)
        for course, history in self.history:
            for told in sorted(history, key=lambda one: one.at):
                self._tell(next(numbers), course, told)

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        self.tables.setdefault(table, []).append(row)

    def _ticket(self, course: Course, title: str, application_id: int, told: list[Told]) -> tuple[Any, ...]:
        raised = moment(course.raised_at)
        return (
            course.pk,
            course.case_id,
            course.status.value,
            application_id,
            course.reporter_id,
            title,
            f"{title}. {self.dice.choice(words.DETAILS)}",
            course.priority.value,
            raised.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).date(),
            raised,
            moment(told[-1].at),
            course.stints[-1].ref if course.stints else None,
            _moment(course.escalated_at),
            _moment(course.resolved_at),
            _text(told[-1].fact, "note"),
            course.withdrawn_at is not None,
            _text(told[-1].fact, "reason") if course.withdrawn_at is not None else "",
            0,
            moment(self.now) if course.status is Status.UNASSIGNED else None,
            len(told),
        )

    def _assignment(self, course: Course, stint: Stint) -> tuple[Any, ...]:
        is_told = stint.committed_at is not None and stint.due_at <= self.now + DAY
        return (
            stint.ref,
            course.pk,
            stint.engineer.id,
            stint.assigner,
            moment(stint.assigned_at),
            stint.level.value,
            stint.ended_at is None,
            stint.behind.ref if stint.behind else None,
            stint.place,
            stint.expected,
            stint.minutes,
            0,
            moment(stint.starts_at),
            moment(stint.due_at),
            _moment(stint.committed_at),
            _moment(stint.started_at),
            bool(stint.jumped),
            _moment(stint.ended_at),
            moment(stint.due_at) if is_told else None,
            moment(self.now) if stint.committed_at is None else None,
            1 if stint.committed_at is None else 2,
        )

    def _grants(self, course: Course) -> list[tuple[int, int, int]]:
        """Its reporter, its engineer, and whoever had it before (P9)."""
        found = [(course.reporter_id, self.permissions[Grant.REPORT], course.pk)]
        for stint in course.stints:
            held = Grant.WORK if stint.ended_at is None else Grant.READ
            found.append((stint.engineer.id, self.permissions[held], course.pk))
        return found

    def _tell(self, event: int, course: Course, told: Told) -> None:
        payload, at = json.dumps(told.fact.as_metadata()), moment(told.at)
        self._put("helpdesk_ticketevent", (event, course.pk, told.actor, told.fact.action, payload, at))
        is_recent = told.at > self.now - MAIL_DAYS * DAY
        if not is_recent and not isinstance(told.fact, facts.TicketAssigned):
            return
        sent = moment(min(told.at + MAIL_SECONDS, self.now))
        for one in who_hears(told.fact, parties(course, told, self.cast)):
            if is_recent or one.person_id == told.engineer:
                key = f"{event}:{one.kind}:{one.person_id}"
                self._put(
                    "helpdesk_notification",
                    (course.pk, one.person_id, one.kind.value, event, key, one.because, payload, "sent", 1, at, "", at, sent),
                )  # fmt: skip


def _sla_record(course: Course, stint: Stint) -> tuple[Any, ...]:
    """What was promised and what came of it; a breach stays with whose promise it was (S2)."""
    is_last = stint is course.stints[-1]
    is_broken = is_last and course.escalated_at is not None
    return (
        course.pk,
        stint.ref,
        moment(stint.assigned_at),
        moment(stint.due_at) if stint.committed_at is not None else None,
        _moment(course.resolved_at) if is_last else None,
        _moment(stint.ended_at),
        is_broken,
        moment(stint.due_at) if is_broken else None,
    )


def _escalation(course: Course, stint: Stint) -> tuple[Any, ...]:
    reason = f"The promise of {stint.engineer.name} passed unresolved."
    return (
        course.pk,
        stint.ref,
        stint.engineer.authority_id,
        _moment(course.escalated_at),
        moment(stint.due_at),
        reason,
        True,
    )


def _moment(seconds: int | None) -> Any:
    return None if seconds is None else moment(seconds)


def _text(fact: facts.Fact, name: str) -> str:
    return str(getattr(fact, name, "")) if isinstance(fact, facts.TicketResolved | facts.TicketWithdrawn) else ""
