"""The landing page of triage, escalations and administration: one page, made of few statements whatever is chosen (rules 8)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.admin.chosen import DAYS, NAMES, ChosenForm, chosen_form
from helpdesk.admin.navigation import level_of, moment_of, organisation, workspace_of
from helpdesk.admin.typed_fields import said
from helpdesk.admission import open_to
from helpdesk.models import User
from helpdesk.selectors import figures, needs, numbers, parts, people
from helpdesk.selectors.forecast import Outlook
from helpdesk.selectors.numbers import COUNTED_FOR, Chosen
from reports.dashboard import drawing, spans, tiles
from reports.dashboard.links import Links
from reports.metrics import summary_of
from workflow.roles import DESK, Workspace
from workflow.states import Bucket, Priority

MOST_AT_RISK = 8


@open_to(*COUNTED_FOR)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The numbers of the chosen tickets; where the address is refused, why, and no number until it is right."""
    form, is_led = chosen_form(request), _is_led(request)
    unknown = sorted(name for name in set(request.GET) - set(NAMES))
    links = Links.of(form, is_led=is_led)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Dashboard",
        "organisation": organisation(request),
        "is_led": is_led,
        "form": form,
        "days_fields": [form[name] for name in DAYS],
        "unknown": [said(name) for name in unknown[:1]],
        "applications": _options(form, "application"),
        "applications_said": _said_of(form),
        "priorities": _options(form, "priority"),
        "quick": [_quick(one, links, request) for one in spans.quick_choices(_today(request))],
        "everything": reverse("dashboard:page"),
        **_counted(request, form, links, is_right=form.is_valid() and not unknown),
    }
    return TemplateResponse(request, "reports/dashboard/page.html", context)


def _counted(request: HttpRequest, form: ChosenForm, links: Links, *, is_right: bool) -> dict[str, Any]:
    """What needs somebody now and, of a right address, tiles and charts; all counts are one statement."""
    user, now = cast("User", request.user), moment_of(request)
    chosen = form.chosen(is_led=links.is_led) if is_right else Chosen(is_led=links.is_led)
    led = numbers.led_by(user, chosen)
    asked = needs.parts_of(user, led, level=level_of(request), now=now)
    days = spans.days_of(chosen, _today(request), timezone.get_default_timezone())
    rows = parts.read([*asked.values(), *(figures.parts_of(led, chosen, days) if is_right else ())])
    late = needs.late_now(led, now)
    calls = {"calls": tiles.calls_of(needs.waiting_from(rows, asked), late, links, now)}
    if not is_right:
        return calls
    told = figures.figures_from(rows)
    return {
        **calls,
        "is_counted": True,
        "narrowing": _narrowing(form),
        "has_tickets": any(told.counts.values()),
        "tiles": tiles.tiles_of(summary_of(told.counts), links),
        "days": drawing.by_day(told, days),
        "weeks": drawing.by_week(told, days, chosen),
        "ages": drawing.by_age(told, _today(request), links, chosen),
        "broken_applications": drawing.by_application(told, form.applications, links),
        "broken_engineers": drawing.by_engineer(told, links),
        **_at_risk(late, chosen, links),
    }


def _at_risk(late: Mapping[int, Outlook], chosen: Chosen, links: Links) -> dict[str, Any]:
    found = needs.late_tickets(late, chosen)
    return {
        "at_risk": found[:MOST_AT_RISK],
        "at_risk_count": len(found),
        "at_risk_address": links.list_of(Bucket.OPEN, promise="at_risk"),
    }


def _today(request: HttpRequest) -> date:
    """The day it is where days of report are reckoned (T2)."""
    return moment_of(request).astimezone(timezone.get_default_timezone()).date()


def _is_led(request: HttpRequest) -> bool:
    """Whether only one's engineers' tickets are shown: as a reporting authority, also for who may count all in another tab."""
    return workspace_of(request) is Workspace.ESCALATIONS or not people.roles_of(cast("User", request.user)) & DESK


def _options(form: ChosenForm, name: str) -> list[dict[str, Any]]:
    chosen = set(form.said(name))
    return [
        {"value": value, "label": label, "is_chosen": value in chosen}
        for value, label in form.fields[name].choices  # type: ignore[attr-defined]
    ]


def _said_of(form: ChosenForm) -> str:
    """The names of the chosen applications; what is none stands as it was typed."""
    names = {code: name for _pk, code, name in form.applications}
    return ", ".join(names.get(one, said(one)) for one in form.said("application"))


def _quick(one: spans.Quick, links: Links, request: HttpRequest) -> dict[str, Any]:
    said_days = tuple(day.isoformat() if day else "" for day in (one.first, one.last))
    asked = (request.GET.get("reported_from", ""), request.GET.get("reported_to", ""))
    return {"label": one.label, "address": links.dashboard(one.first, one.last), "is_open": said_days == asked}


def _narrowing(form: ChosenForm) -> list[tuple[str, str]]:
    """What is chosen, in words; nothing where all of it is."""
    found = form.cleaned_data
    codes = set(found["application"])
    told = (
        ("Applications", ", ".join(name for _pk, code, name in form.applications if code in codes)),
        ("Priorities", ", ".join(Priority(one).label for one in found["priority"])),
        ("Reported", spans.in_words(found["reported_from"], found["reported_to"])),
    )
    return [one for one in told if one[1]]
