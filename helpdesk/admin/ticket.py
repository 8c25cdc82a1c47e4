"""Tickets on the desk: one list in the columns of its bucket, and one page with everything about a ticket."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from unfold.dataclasses import UnfoldAction

from helpdesk.admin import exporting
from helpdesk.admin import ticket_lists as lists
from helpdesk.admin.assign_actions import AssignActions
from helpdesk.admin.base import DeskModelAdmin, DeskPaginator
from helpdesk.admin.chosen import chosen_form
from helpdesk.admin.dialogs import ticket_or_404
from helpdesk.admin.due_preview import due_preview
from helpdesk.admin.extension_actions import ExtensionActions
from helpdesk.admin.navigation import whose_of
from helpdesk.admin.ticket_actions import TicketActions
from helpdesk.admin.ticket_columns import TicketColumns
from helpdesk.admin.ticket_page import CommentForm, page_of
from helpdesk.models import Ticket
from helpdesk.selectors import access, numbers, people
from helpdesk.selectors.pages import Pages
from helpdesk.services.comments import add_comment
from workflow.errors import WorkflowError
from workflow.roles import SCRUM_MASTERS, STAFF, Role
from workflow.states import Bucket, Number


@require_POST
def post_comment(request: HttpRequest, object_id: int, model_admin: "TicketAdmin") -> HttpResponse:
    """Say something on a ticket; what was typed stays in the form when it is refused."""
    return model_admin.comment(request, object_id)


KINDS = (Number.RESOLVED_ON_TIME, Number.BREACHED)
"""What decided tickets are: one or the other, never both."""


class TicketPages(DeskPaginator, Pages):
    """Pages of a long list of tickets that others shorten meanwhile.

    What a row's marks are judged by is read for its page alone: counting all rows with it would join their applications and
    assignments.
    """

    def rows(self, shown: list[int]) -> QuerySet[Ticket]:
        return lists.with_marks(super().rows(shown)).only(*lists.READ)  # type: ignore[arg-type]


class DecidedPages(TicketPages):
    """Counts what was kept and what was broken apart, each from its own index: of both at once Postgres reads every ticket."""

    @cached_property
    def count(self) -> int:
        return sum(self.object_list.filter(numbers.DEFINITIONS[one]).count() for one in KINDS)


@admin.register(Ticket)
class TicketAdmin(AssignActions, ExtensionActions, TicketActions, TicketColumns, DeskModelAdmin):
    """Read-only rows; the acts are the dialogs of `TicketActions`."""

    viewers = STAFF
    paginator = TicketPages
    change_list_template = "helpdesk/admin/ticket/list.html"
    list_before_template = "helpdesk/admin/ticket/before_list.html"
    list_filter = lists.FILTERS
    list_display_links = ("case", "subject")
    search_fields = ("case_id", "title")
    search_help_text = "Case id or words of the title"
    custom_urls = (
        ("<int:object_id>/comment/", "helpdesk_ticket_comment", post_comment),
        ("<int:object_id>/due/", "helpdesk_ticket_due", due_preview),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        return lists.rows_of(request)

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TicketPages:
        is_whole = lists.list_of(request) is Bucket.DECIDED and not chosen_form(request).is_narrowed
        return (DecidedPages if is_whole else TicketPages)(*args, **kwargs)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[lists.TicketChangeList]:
        return lists.TicketChangeList

    def get_list_filter(self, request: HttpRequest) -> tuple[type, ...]:
        return lists.filters_of(request)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        shown = lists.list_of(request)
        assigns = shown is Bucket.UNASSIGNED and SCRUM_MASTERS & people.roles_of(request.user)
        return ("pick", *lists.COLUMNS[shown], "next_act") if assigns else lists.COLUMNS[shown]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        shown = lists.list_of(request)
        return lists.order_of(shown) if shown else ("-created_at", "-pk")

    def get_actions_row(self, request: HttpRequest) -> list[UnfoldAction]:
        """None: the one act of a row is a button of its own (`next_act`)."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = lists.list_of(request)
        context = {
            "title": lists.title_of(request),
            "empty": lists.EMPTY[shown],
            "whose": whose_of(request) if shown in lists.ENGINEERS_OWN else None,
            "leads": Role.RA in people.roles_of(request.user),
            "export": exporting.of_list(request),
            "picks": "pick" in self.get_list_display(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The ticket's page; there is no form of the admin behind it, so a POST to it changes nothing."""
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(request, object_id)

    def page(self, request: HttpRequest, object_id: str | int, form: CommentForm | None = None) -> HttpResponse:
        """Everything about one ticket; its mere reporter reads it in the portal."""
        ticket = ticket_or_404(request, object_id)
        if not access.sees_as_staff(request.user, ticket):
            return HttpResponseRedirect(reverse("portal:ticket", args=(ticket.case_id,)))
        buttons = self._get_actions_navigation(
            self.actions_detail, self.get_actions_detail(request, ticket.pk), str(ticket.pk)
        )
        context = {
            **self.admin_site.each_context(request),
            **page_of(request, lists.marked(ticket), buttons, form),
            "opts": self.opts,
            "title": ticket.case_id,
        }
        status = 422 if form and form.errors else 200
        return TemplateResponse(request, "helpdesk/admin/ticket/page.html", context, status=status)

    def comment(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """One comment, said once however often the form is sent."""
        form = CommentForm(request.POST)
        ticket = ticket_or_404(request, object_id)
        if not form.is_valid():
            return self.page(request, object_id, form)
        try:
            add_comment(actor=request.user, ticket_id=ticket.pk, **form.cleaned_data)
        except WorkflowError as error:
            form.add_error("body", error.sentence)
            return self.page(request, object_id, form)
        said = "Only the staff see your comment." if form.cleaned_data["internal"] else "Your comment is added."
        messages.success(request, said)
        return HttpResponseRedirect(f"{self.page_of(ticket)}#conversation")
