"""The reference model of the desk: who is who, the line of an engineer, who hears of what (rules.md 1, 4, 5, 6).

Written from the rules and not from the code, with arithmetic and tables of its own; `acts` has what people do.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.machine.cases import Case, Event, Job, Refused, Somebody

DEFAULTS = {"high": 4 * 60, "medium": 8 * 60, "low": 24 * 60}
TARGETS = {"high": 30, "medium": 120, "low": 480}
LONGEST = 30 * 24 * 60
LEAD = timedelta(minutes=30)

Mail = tuple[str, str, str]
"""Kind, recipient, case; several cases joined for a mail about moved due times."""

Plus = Callable[[datetime, int], datetime]


@dataclass
class Desk:
    """Everything the model knows; `hours` are the engineers who do not work around the clock, or all of them."""

    people: dict[str, Somebody]
    now: datetime
    application: str
    hours: dict[str, Plus]
    cases: list[Case] = field(default_factory=list)
    mails: Counter[Mail] = field(default_factory=Counter)
    may_override: bool = True

    # --- people -------------------------------------------------------------------------------------------------------

    def holders(self, *roles: str) -> list[str]:
        """The active people with any of these roles."""
        return [one.name for one in self.people.values() if one.roles & set(roles)]

    def scrum_masters(self) -> list[str]:
        """Every sm1 and sm2; where there is none, the admins (N4)."""
        return self.holders("sm1", "sm2") or self.holders("admin")

    def sees(self, name: str, case: Case) -> bool:
        """P9."""
        roles = self.people[name].roles
        leads = bool(case.jobs) and self.people[case.job.engineer].authority == name
        return bool(roles) and (
            case.reporter == name
            or name in [job.engineer for job in case.jobs]
            or bool(roles & {"sm1", "sm2", "admin"})
            or ("ra" in roles and (case.has_escalated or leads))
        )

    def level(self, name: str, asked: str | None) -> str:
        """A4, P7: the level asked for if it is held, the highest held if none is asked for."""
        held = self.people[name].levels
        if not held:
            raise Refused("role_needed", "role_not_assigned", "ticket_missing")
        if asked is not None and asked not in held:
            raise Refused("level_not_held")
        return asked or held[-1]

    # --- telling ------------------------------------------------------------------------------------------------------

    def tell(self, kind: str, case: str, people: Iterable[str | None]) -> None:
        """One mail a person, none to the inactive (N4)."""
        for name in dict.fromkeys(people):
            if name is not None and self.people[name].is_active:
                self.mails[kind, name, case] += 1

    def note(self, case: Case, actor: str | None, action: str, **facts: Any) -> None:
        """T5: one event for each change of a ticket."""
        case.events.append(Event(actor, action, facts))

    # --- the line of an engineer --------------------------------------------------------------------------------------

    def plus(self, engineer: str, moment: datetime, minutes: int) -> datetime:
        """C10: every plus counts the engineer's working time."""
        return self.hours[engineer](moment, minutes)

    def working(self, engineer: str) -> list[Case]:
        """In progress, in the order they were started."""
        held = [case for case in self.cases if case.status == "in_progress" and case.engineer == engineer]
        return sorted(held, key=lambda case: case.job.started or self.now)

    def waiting(self, engineer: str) -> list[Case]:
        """Assigned and not started, by place."""
        held = [case for case in self.cases if case.status == "assigned" and case.engineer == engineer]
        return sorted(held, key=lambda case: case.job.place or 0)

    def start_behind(self, ahead: list[Case]) -> datetime:
        """C2."""
        return max([self.now, *(case.job.due for case in ahead)])

    def close_up(self, engineer: str) -> None:
        """A1: places are 1..n over the waiting tickets only."""
        for place, case in enumerate(self.waiting(engineer), 1):
            case.job.place = place

    def replan(
        self,
        engineer: str,
        line: list[Case],
        first: int,
        actor: str,
        *,
        never: Callable[[datetime, datetime], bool] = lambda _was, _now: False,
        comment: str = "",
        newcomer: Case | None = None,
    ) -> list[Case]:
        """C8: a decision plans those from this place on anew by C2, except a promise it would move in a forbidden way.

        Gives back the promises it moved; each moved ticket has its event, their engineer one mail for all.
        """
        moved = []
        for place, case in enumerate(line):
            if place < first:
                continue
            job, start = case.job, self.start_behind(self.working(engineer) + line[:place])
            due = self.plus(engineer, start, job.length)
            if (start, due) == (job.start, job.due) or (job.is_promised and never(job.due, due)):
                continue
            if case is not newcomer:
                told = {"starts_from": job.start, "starts_to": start, "due_from": job.due, "due_to": due}
                self.note(case, actor, "moved", **told, is_promise=job.is_promised, comment=comment)
                case.changes += 1
                if job.is_promised and due != job.due:
                    moved.append(case)
            job.start, job.due = start, due
            if job.extended_due is not None:
                job.extended_due = due
        if moved:
            self.tell("due_moved", " ".join(sorted(case.name for case in moved)), [engineer])
        return moved

    def forecast(self, engineer: str) -> dict[str, tuple[datetime, bool]]:
        """C9: when each ticket in line will really be done, and whether that is after its promise."""
        found, finish = {}, self.now
        for case in self.working(engineer):
            finish = max(self.now, case.job.due)
            found[case.name] = (finish, case.job.is_promised and finish > case.job.due)
        for case in self.waiting(engineer):
            finish = self.plus(engineer, max(self.now, finish), case.job.length)
            found[case.name] = (finish, case.job.is_promised and finish > case.job.due)
        return found

    # --- the clock's own work -----------------------------------------------------------------------------------------

    def escalate(self, case: Case) -> None:
        """E1, P5, X4."""
        job = case.job
        case.status, case.has_escalated = "escalated", True
        case.changes += 1
        job.place, job.breached = None, job.due
        self.close_up(job.engineer)
        self.close_request(case)
        authority = self.people[job.engineer].authority
        fit = authority in self.holders("ra") and authority != job.engineer
        others = [name for name in self.holders("ra") if name not in (authority, job.engineer)]
        case.escalated_to = authority if fit else None
        told = [authority] if fit else [*others, *self.holders("admin")]
        self.note(case, None, "ticket_escalated", due_at=job.due, escalated_to_names=sorted(set(told)))
        self.tell("escalated", case.name, [*told, *self.scrum_masters()])

    def close_request(self, case: Case) -> None:
        """X4: rejected by the system, and its engineer is told."""
        if case.request and case.request.status == "pending":
            case.request.status = "rejected"
            self.note(case, None, "extension_rejected", extra_minutes=case.request.minutes)
            self.tell("extension_rejected", case.name, [case.job.engineer])

    def sweep(self) -> None:
        """E1, R1 and E4, one after the other."""
        for case in sorted((one for one in self.cases if one.is_late(self.now)), key=lambda one: one.job.due):
            self.escalate(case)
        for case in self.cases:
            if case.runs and case.job.is_promised and case.job.reminded != case.job.due:
                self.remind(case)
            self.flag(case)

    def remind(self, case: Case) -> None:
        """R1: within 30 minutes of the due time, once per due time."""
        if case.job.due - LEAD <= self.now < case.job.due:
            case.job.reminded = case.job.due
            self.note(case, None, "ticket_reminded", due_at=case.job.due)
            self.tell("due_soon", case.name, [case.job.engineer])

    def flag(self, case: Case) -> None:
        """E4: longer than the target without an engineer, or without a promise."""
        target = timedelta(minutes=TARGETS[case.priority])
        if case.status == "unassigned" and not case.is_flagged and self.now - case.raised > target:
            case.is_flagged = True
            self.note(case, None, "triage_stale")
            self.tell("stale", case.name, self.scrum_masters())
        waits = case.status == "assigned" and not case.job.is_promised and not case.job.is_flagged
        if waits and self.now - case.job.assigned > target:
            case.job.is_flagged = True
            self.note(case, None, "acceptance_stale")
            self.tell("stale", case.name, self.scrum_masters())

    # --- giving ------------------------------------------------------------------------------------------------------

    def give(self, case: Case, engineer: str, by: str, level: str) -> Job:
        """The new assignment at the end of the line (C2, C3), or the escalated ticket with its broken due time (E3)."""
        ahead = self.working(engineer) + self.waiting(engineer)
        expected = DEFAULTS[case.priority]
        start = self.start_behind(ahead)
        job = Job(
            engineer=engineer,
            by=by,
            level=level,
            assigned=self.now,
            expected=expected,
            start=start,
            due=self.plus(engineer, start, expected),
            place=len(self.waiting(engineer)) + 1,
            behind=ahead[-1].name if ahead else None,
        )
        if case.status == "escalated":
            job.start, job.due, job.place, job.behind = None, case.job.due, None, None
        else:
            case.status = "assigned"
        case.jobs.append(job)
        return job
