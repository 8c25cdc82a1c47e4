"""History: every event of every ticket, and everything the audit trail keeps, as one read-only list for admins (T5, P4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from helpdesk.admin import exporting
from helpdesk.admin.history_words import ACTS_OF, Show, choices_of, entry_of
from helpdesk.admin.log_filters import ChoiceField, LogFilters
from helpdesk.admin.navigation import moment_of
from helpdesk.admission import open_to
from helpdesk.models import AuditEvent, TicketEvent
from helpdesk.selectors import access, board, history
from helpdesk.selectors.history import Wanted
from helpdesk.selectors.named import SYSTEM
from helpdesk.selectors.newest import Page
from workflow.facts import ACTIONS
from workflow.roles import Role

NO_ROWS: Page[TicketEvent | AuditEvent] = Page(rows=[], newer=None, older=None)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the parts of the history, and its address with the other filters as they are."""

    label: str
    address: str
    is_open: bool


class HistoryFilters(LogFilters):
    """Which part of the history is shown."""

    kept = ("show",)
    field_order = ("ticket", "person", "act", "application", "since", "until")

    act = ChoiceField("Action", "Any action", [])
    application = ChoiceField("Application", "Any application", [])

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.show = next((one for one in Show if one.value == request.GET.get("show")), Show.ALL)
        self.by_system = False
        self.fields["person"].widget.attrs["placeholder"] = "Name, e-mail or system"
        self.fields["act"].choices = [("", "Any action"), *choices_of(Show.ALL)]  # type: ignore[attr-defined]
        known = [(str(pk), name) for pk, name in board.applications().items()]
        self.fields["application"].choices = [("", "Any application"), *known]  # type: ignore[attr-defined]

    def clean_person(self) -> tuple[int, ...] | None:
        """By whom or about whom; what nobody did was done by the system."""
        self.by_system = self.cleaned_data["person"].casefold() in SYSTEM
        return None if self.by_system else super().clean_person()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.request.GET.get("show", Show.ALL) not in {one.value for one in Show}:
            self.add_error(None, "There is no such part of the history.")
        return given

    @property
    def parts(self) -> list[Part]:
        return [
            Part(label=one.label, address=self.address(show="" if one is Show.ALL else one), is_open=one is self.show)
            for one in Show
        ]

    @property
    def wanted(self) -> Wanted:
        chosen = self.cleaned_data
        acts, actions = self._verbs(chosen["act"])
        number = chosen["ticket"]
        return Wanted(
            actions=actions,
            acts=acts,
            ticket=access.ticket_for(self.request.user, number) if number else None,
            application_id=int(chosen["application"]) if chosen["application"] else None,
            people=chosen["person"],
            by_system=self.by_system,
            since=self.begins,
            until=self.ends,
        )

    def _verbs(self, chosen: str) -> tuple[list[str] | None, list[str] | None]:
        """The verbs of the audit trail and of tickets: all of them (None), those of the part, or the chosen one."""
        acts = sorted(ACTS_OF[self.show])
        has_tickets = self.show in {Show.ALL, Show.TICKETS}
        if chosen:
            in_tickets = has_tickets and chosen in ACTIONS
            return [act for act in acts if act == chosen], [chosen] if in_tickets else []
        return None if self.show is Show.ALL else acts, None if has_tickets else []


def urls(site: AdminSite) -> list[URLPattern]:
    """The address of the page, guarded as every page of the site."""

    @open_to(Role.ADMIN)
    @require_safe
    def shown(request: HttpRequest) -> TemplateResponse:
        return page(request, site)

    return [path("history/", site.admin_view(shown), name="history")]


def page(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """A page of the history; what cannot be asked is said in words, with nothing below it."""
    filters, now = HistoryFilters(request), moment_of(request)
    is_valid = filters.is_valid()
    found = history.page(filters.wanted, filters.turn) if is_valid else NO_ROWS
    context = {
        **site.each_context(request),
        "title": "History",
        "filters": filters,
        "kept": [("show", filters.show.value)] if filters.show is not Show.ALL else [],
        "whole": reverse("admin:history"),
        "page": found,
        "export": exporting.of_history(filters, filters.show) if is_valid else "",
        "entries": [entry_of(row, now) for row in found.rows],
    }
    return TemplateResponse(request, "helpdesk/admin/logs/history.html", context, status=200 if is_valid else 400)
