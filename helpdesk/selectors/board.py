"""The lines of engineers with their forecasts: all side by side for the board of queues, or one for who may read it (P9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Count, Func, Prefetch, Sum

from helpdesk.models import ApplicationCatalog, Assignment, Ticket, TicketEvent, User
from helpdesk.selectors import calendars, people, queues
from workflow import lineup
from workflow.errors import PersonMissing
from workflow.facts import CHANGES, DueMoved
from workflow.lineup import Forecast, Queue
from workflow.roles import DESK, Role
from workflow.states import Status


@dataclass(frozen=True, kw_only=True)
class Line:
    """One engineer's unresolved work in queue order, with its forecast and the token of what was seen (A6).

    `takes_work` is false for somebody who holds work and is not in the pool any more (P8).
    """

    engineer: User
    takes_work: bool
    work: tuple[Assignment, ...]
    queue: Queue
    forecast: dict[int, Forecast]
    version: str
    free_at: datetime
    at_risk: int

    @property
    def shown(self) -> str:
        """The token of all a column shows: the line, and what is escalated beside it."""
        return ".".join([self.version, *(str(slot.ref) for slot in self.queue.escalated)])


def lines(now: datetime, engineer_ids: Iterable[int] | None = None) -> list[Line]:
    """Everybody of the pool and everybody who still holds work, by name; all of them or some.

    A fixed number of statements however many engineers and tickets there are.
    """
    wanted = None if engineer_ids is None else list(engineer_ids)
    pool = people.engineers() if wanted is None else people.engineers().filter(pk__in=wanted)
    engineers = {engineer.pk: engineer for engineer in pool}
    in_pool = frozenset(engineers)
    work = sorted(_work(wanted), key=lambda one: _STANDS[Status(one.ticket.status)])
    gone = sorted({one.engineer_id for one in work} - in_pool)
    if gone:
        engineers |= {user.pk: user for user in User.objects.filter(pk__in=gone).order_by("name", "pk")}
    held: dict[int, list[Assignment]] = {pk: [] for pk in engineers}
    for one in work:
        one.engineer = engineers[one.engineer_id]
        held[one.engineer_id].append(one)
    times = calendars.times_of(held)
    return [
        _line(engineers[pk], pk in in_pool, mine, queues.queue_from(mine, times[pk]), now) for pk, mine in held.items()
    ]


def line_of(engineer_id: int, now: datetime) -> Line | None:
    """One engineer's line; none for somebody who is no engineer and holds nothing."""
    return next(iter(lines(now, [engineer_id])), None)


def line_for(reader: User, reference: str, now: datetime) -> Line:
    """The line of the engineer with this number, for who sees every ticket in it (P9).

    These are scrum masters and admins, the engineer and their reporting authority; to anybody else it is missing.
    """
    number = people.number_in(reference)
    line = line_of(number, now) if _reads_line(reader, number) else None
    if line is None:
        raise PersonMissing
    return line


def _reads_line(reader: User, engineer_id: int) -> bool:
    roles = people.roles_of(reader)
    if roles & DESK or (Role.ENGINEER in roles and reader.pk == engineer_id):
        return True
    return Role.RA in roles and User.objects.filter(pk=engineer_id, reporting_authority=reader).exists()


def versions(now: datetime) -> dict[int, str]:
    """The token of every line, as a column shows it."""
    return {line.engineer.pk: line.shown for line in lines(now)}


def stamp() -> str:
    """One token over everything that `versions` is made of, and over who has a line: while it stands, so do they.

    Two small statements; Postgres adds up a hash of each row, so that neither rows nor order leave it.
    """
    work = Assignment.objects.held().order_by().aggregate(rows=Count("pk"), sum=Sum(_hash(*_STAMPED)))
    pool = people.engineers().order_by().aggregate(rows=Count("pk"), sum=Sum(_hash("pk", "is_active")))
    return "-".join(str(found[part] or 0) for found in (work, pool) for part in ("rows", "sum"))


def _hash(*fields: str) -> Func:
    """Postgres's hash of the text of a row of these, a number of 64 bits.

    Not of the row itself: that hash adds up those of its columns, so that two tickets that exchange their places leave the sum.
    """
    return Func(
        *fields, function="hashtextextended", template="%(function)s(ROW(%(expressions)s)::text, 0)",
        output_field=BigIntegerField(),
    )  # fmt: skip


_STAMPED = ("pk", "engineer_id", "ticket__status", "place", "started_at", "committed_at", "starts_at", "due_at")
"""What makes order, members and tokens of the lines (`queues.version_from`); each change of it changes its row's hash."""


def applications() -> dict[int, str]:
    """The names of all applications, by id."""
    return dict(ApplicationCatalog.objects.order_by("name").values_list("pk", "name"))


def last_change(engineer_id: int) -> TicketEvent | None:
    """What last changed this engineer's line: on a ticket they hold, or one they held; a due time never moves by itself."""
    causes = set(CHANGES) - {DueMoved.action}
    here = TicketEvent.objects.filter(ticket__assignments__engineer_id=engineer_id, action__in=causes)
    return here.select_related("actor", "ticket").order_by("-timestamp", "-pk").first()


def _work(engineer_ids: list[int] | None) -> list[Assignment]:
    """Unresolved work with its tickets but not their long texts, and who assigned it; two statements."""
    rows = Assignment.objects.in_queue_order()
    if engineer_ids is not None:
        rows = rows.filter(engineer_id__in=engineer_ids)
    assigners = Prefetch("assigned_by", User.objects.only("name"))
    return list(rows.select_related("ticket").only(*_SHOWN).prefetch_related(assigners))


_SHOWN = (
    *(field.attname for field in Assignment._meta.concrete_fields),
    *(
        f"ticket__{field.attname}"
        for field in Ticket._meta.concrete_fields
        if field.name in {"id", "case_id", "title", "status", "priority", "version", "application", "reporter"}
    ),
)
"""Every column of the assignment, and what a card shows of its ticket."""


_STANDS = {Status.ESCALATED: 0, Status.IN_PROGRESS: 1, Status.ASSIGNED: 2}
"""Escalated before in progress before waiting (E3); among each other as the queue says."""


def _line(engineer: User, takes_work: bool, work: list[Assignment], queue: Queue, now: datetime) -> Line:
    forecast = lineup.forecast(queue, now)
    return Line(
        engineer=engineer,
        takes_work=takes_work,
        work=tuple(work),
        queue=queue,
        forecast=forecast,
        version=queues.version_from(work),
        free_at=max((one.finish_at for one in forecast.values()), default=now),
        at_risk=sum(one.at_risk_minutes is not None for one in forecast.values()),
    )
