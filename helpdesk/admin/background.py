"""Background work: when the last sweep was, what waits and since when, what failed and can be run again, which clusters work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.decorators import action

from helpdesk.admin.catalog import AdminOnly, SavedForm
from helpdesk.admin.navigation import moment_of
from helpdesk.models import Heartbeat
from helpdesk.schedules import entry_named
from helpdesk.selectors import jobs
from helpdesk.selectors.job_words import PARTS, period_of, title_of, what_is
from helpdesk.selectors.jobs import Failure, Scheduled
from helpdesk.services.jobs import run_again


class RunAgainForm(SavedForm):
    """Asks once before scheduled work is run besides its schedule."""

    title = "Run now"
    submit_text = "Run now"

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        found = entry_named(str(object_id or ""))
        if found is None:
            raise Http404("There is no such page.")
        self.entry = found

    @property
    def sentence(self) -> str:
        name = title_of(self.entry)
        return f"“{name}” is run as soon as a worker is free, besides its schedule. To run twice does no harm."


@dataclass(frozen=True, kw_only=True)
class FailureLine:
    """A failure with its words."""

    failure: Failure
    title: str
    is_part: bool


@dataclass(frozen=True, kw_only=True)
class ScheduleLine:
    """A schedule with its words."""

    scheduled: Scheduled
    title: str
    what: str
    period: str


@admin.register(Heartbeat)
class BackgroundAdmin(AdminOnly):
    """One page over the tables of the worker and its signs of life; no row has a page of its own."""

    actions_detail = ("run_again",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = moment_of(request)
        work = jobs.work(now)
        context = {
            **self.admin_site.each_context(request),
            "title": "Background work",
            "opts": self.opts,
            "work": work,
            "is_stuck": work.queue.is_stuck(now),
            "alive": sum(one.is_alive for one in work.clusters),
            "failures": [_failure_line(one) for one in work.failures],
            "is_cut": len(work.failures) >= jobs.KINDS_SHOWN,
            "schedules": [_schedule_line(one) for one in work.schedules],
        }
        return TemplateResponse(request, "helpdesk/admin/logs/background.html", context)

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404("There is no such page.")

    @action(
        description="Run now",
        url_path="run-now",
        permissions=["edit"],
        dialog={"title": "Run now", "form_class": RunAgainForm, "form_submit_text": "Run now"},
    )
    def run_again(self, request: HttpRequest, form: RunAgainForm, object_id: str) -> HttpResponse:
        done = f"“{title_of(form.entry)}” is run as soon as a worker is free."
        return self.run(request, run_again, form=form, done=done, name=form.entry.name, now=moment_of(request))


def _failure_line(failure: Failure) -> FailureLine:
    is_part = failure.count == 0
    title = PARTS.get(failure.func, failure.func) if is_part else title_of(failure.entry, failure.func)
    return FailureLine(failure=failure, title=title, is_part=is_part)


def _schedule_line(one: Scheduled) -> ScheduleLine:
    return ScheduleLine(
        scheduled=one, title=title_of(one.entry), what=what_is(one.entry), period=period_of(one.entry.minutes)
    )
