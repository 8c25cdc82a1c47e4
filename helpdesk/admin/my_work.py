"""My work: an engineer's own tickets in order, what to do now on top (screens: My work 1)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from helpdesk.admin.act_forms import CommitAndStartForm, clock_in_words
from helpdesk.admin.navigation import moment_of
from helpdesk.admission import open_to
from helpdesk.models import Assignment, ExtensionRequest
from helpdesk.selectors import calendars, people, queues
from helpdesk.selectors.extensions import extension_of
from helpdesk.selectors.forecast import Outlook, outlooks_of
from helpdesk.templatetags.desk import minutes_short
from workflow import lineup
from workflow.calendars import WorkingTime
from workflow.roles import Role
from workflow.states import ExtensionStatus, Level, Status

RECENT = 8
"""How many resolved tickets are shown below the work."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One ticket of the engineer's queue as its card shows it."""

    assignment: Assignment
    place: int
    passed_over: tuple[str, ...]
    outlook: Outlook | None
    time: WorkingTime
    at: datetime

    @property
    def extension(self) -> ExtensionRequest | None:
        """The one request for more time in the ticket's life (X1)."""
        return extension_of(self.assignment.ticket)

    @property
    def may_ask(self) -> bool:
        """Whether more time can be asked for: while the promise runs, and once (X1)."""
        return self.assignment.is_committed and self.extension is None and self.assignment.due_at > self.at

    @property
    def asked(self) -> str:
        """That a request for more time waits, and for whom; empty when none does."""
        extension = self.extension
        if extension is None or extension.status != ExtensionStatus.PENDING:
            return ""
        given = {Level.SM1: extension.approved_by_sm1, Level.SM2: extension.approved_by_sm2}
        open_levels = [level.label for level, approves in given.items() if approves is None]
        return f"extension asked for: {' and '.join(open_levels)} {'have' if len(open_levels) > 1 else 'has'} still to decide"

    @property
    def late(self) -> str:
        """How late a broken promise is, in working time (C10)."""
        return minutes_short(self.time.minutes_between(self.assignment.due_at, self.at))

    @property
    def promise(self) -> str:
        """The due time as people read it."""
        return clock_in_words(self.assignment.due_at, self.at)


@dataclass(frozen=True, kw_only=True)
class Work:
    """The page: broken promises first, then what to do now, what else is in progress, and what waits."""

    escalated: tuple[Piece, ...]
    now: Piece | None
    in_progress: tuple[Piece, ...]
    waiting: tuple[Piece, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.escalated or self.now)


def urls(site: AdminSite) -> list[URLPattern]:
    """The address of the page, guarded as every page of the site."""

    @open_to(Role.ENGINEER)
    @require_safe
    def page(request: HttpRequest) -> TemplateResponse:
        return my_work(request, site)

    return [path("my-work/", site.admin_view(page), name="my-work")]


def my_work(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """The engineer's own queue; nobody else has this page."""
    if Role.ENGINEER not in people.roles_of(request.user):
        raise PermissionDenied
    now = moment_of(request)
    engineer = request.user
    time = calendars.time_of(engineer.pk)
    work = work_from(queues.work_of(engineer), time, now)
    context = {
        **site.each_context(request),
        "title": "My work",
        "now": now,
        "work": work,
        "commit_form": _commit_form(request, work, time),
        "resolved": queues.resolved_lately(request.user, RECENT),
    }
    return TemplateResponse(request, "helpdesk/admin/my_work.html", context)


def work_from(held: list[Assignment], time: WorkingTime, now: datetime) -> Work:
    """The page's parts made of an engineer's unresolved work, which stands in queue order."""
    for one in held:
        one.ticket.assignment = one
    queue = queues.queue_from(held, time)
    outlooks = outlooks_of(queue, now)
    refs = [slot.ref for slot in queue.waiting]
    places = {ref: number for number, ref in enumerate(refs, start=1)}
    first = (queue.in_line[0].ref,) if queue.in_line else ()

    def pieces(status: Status, *, but: tuple[int, ...] = ()) -> tuple[Piece, ...]:
        return tuple(piece(one) for one in held if one.ticket.status == status and one.pk not in but)

    def piece(one: Assignment) -> Piece:
        return Piece(
            assignment=one,
            place=places.get(one.pk, 0),
            passed_over=lineup.out_of_turn(queue, one.pk) if one.pk in places else (),
            outlook=outlooks.get(one.pk),
            time=time,
            at=now,
        )

    return Work(
        escalated=pieces(Status.ESCALATED),
        now=next((piece(one) for one in held if one.pk in first), None),
        in_progress=pieces(Status.IN_PROGRESS, but=first),
        waiting=pieces(Status.ASSIGNED, but=first),
    )


def _commit_form(request: HttpRequest, work: Work, time: WorkingTime) -> CommitAndStartForm | None:
    """The fields that promise the topmost ticket in place, where it still waits for its resolution time."""
    if work.now is None or work.now.assignment.is_committed:
        return None
    form = CommitAndStartForm(request=request, ticket=work.now.assignment.ticket, auto_id="now_%s")
    form.passed_over, form.time = work.now.passed_over, time
    return form
