"""The acts on a ticket as dialogs of the staff admin: each one form, one service call, one sentence of what happened."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from helpdesk.admin.act_forms import (
    CommitAndStartForm,
    CommitForm,
    PriorityForm,
    ResolveForm,
    StartForm,
    WithdrawForm,
    clock_in_words,
)
from helpdesk.admin.base import page_behind
from helpdesk.admin.dialogs import ActForm, options_of, ticket_or_404
from helpdesk.models import Assignment, Ticket
from helpdesk.selectors import people
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.tickets import change_priority, resolve_ticket, start_ticket, withdraw_ticket
from workflow.roles import SCRUM_MASTERS, Role
from workflow.states import Act, Status

Said = Callable[[ActForm, Any], str]
"""What an act came to, in one sentence, from what the service returned."""


class TicketActions:
    """The dialogs of a ticket. Who holds no fitting role gets 403; everything else is the service's to decide."""

    actions_list = ("assign_many",)
    actions_detail = (
        "commit_and_start",
        "commit",
        "start",
        "resolve",
        "decide_extension",
        "request_extension",
        "assign",
        "reassign",
        {"title": "More", "items": ["change_priority", "withdraw"]},
    )

    def has_triage_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Scrum masters assign, withdraw and set priorities."""
        return not people.roles_of(request.user).isdisjoint(SCRUM_MASTERS)

    def has_work_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Engineers commit, start and resolve."""
        return Role.ENGINEER in people.roles_of(request.user)

    def get_actions_list(self, request: HttpRequest) -> list[UnfoldAction]:
        """None above a list: the act on several tickets stands beside what says how many are chosen."""
        return []

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """Only the acts possible now, and those that another's authority forbids, whose dialog says so."""
        ticket = ticket_or_404(request, object_id)
        offered = _offered(request, ticket)
        return [
            one
            for one in super().get_actions_detail(request, object_id)  # type: ignore[misc]
            if one.method.original_function_name in offered
        ]

    @action(
        description="Commit",
        url_path="commit",
        icon="handshake",
        permissions=["work"],
        dialog={"title": "Commit to a resolution time", "form_class": CommitForm},
    )
    def commit(self, request: HttpRequest, form: CommitForm, object_id: str) -> HttpResponse:
        minutes = form.cleaned_data["resolution_minutes"]
        return self._act(request, form, commit_ticket, promised, resolution_minutes=minutes)

    @action(
        description="Commit and start",
        url_path="commit-and-start",
        icon="play_arrow",
        variant=ActionVariant.PRIMARY,
        permissions=["work"],
        dialog={"title": "Commit and start", "form_class": CommitAndStartForm},
    )
    def commit_and_start(self, request: HttpRequest, form: CommitAndStartForm, object_id: str) -> HttpResponse:
        minutes = form.cleaned_data["resolution_minutes"]
        return self._act(request, form, start_ticket, started, resolution_minutes=minutes)

    @action(
        description="Start",
        url_path="start",
        icon="play_arrow",
        variant=ActionVariant.PRIMARY,
        permissions=["work"],
        dialog={"title": "Start work", "form_class": StartForm},
    )
    def start(self, request: HttpRequest, form: StartForm, object_id: str) -> HttpResponse:
        return self._act(request, form, start_ticket, started)

    @action(
        description="Resolve",
        url_path="resolve",
        icon="check",
        variant=ActionVariant.PRIMARY,
        permissions=["work"],
        dialog={"title": "Resolve", "form_class": ResolveForm},
    )
    def resolve(self, request: HttpRequest, form: ResolveForm, object_id: str) -> HttpResponse:
        return self._act(request, form, resolve_ticket, resolved, note=form.cleaned_data["note"])

    @action(
        description="Change priority",
        url_path="change-priority",
        icon="flag",
        permissions=["triage"],
        dialog={"title": "Change priority", "form_class": PriorityForm},
    )
    def change_priority(self, request: HttpRequest, form: PriorityForm, object_id: str) -> HttpResponse:
        given = {name: form.cleaned_data[name] for name in ("priority", "reason")}
        return self._act(request, form, change_priority, reprioritised, **given)

    @action(
        description="Withdraw",
        url_path="withdraw",
        icon="block",
        permissions=["triage"],
        dialog={"title": "Withdraw", "form_class": WithdrawForm},
    )
    def withdraw(self, request: HttpRequest, form: WithdrawForm, object_id: str) -> HttpResponse:
        given = {name: form.cleaned_data[name] for name in ("reason", "repeats")}
        return self._act(request, form, withdraw_ticket, withdrawn, **given)

    def _act(
        self, request: HttpRequest, form: ActForm, service: Callable[..., Any], said: Said, **given: Any
    ) -> HttpResponse:
        """One service call on the version the person looked at; afterwards back to the page behind the dialog."""
        return self.run(  # type: ignore[attr-defined]
            request,
            service,
            form=form,
            done=lambda result: said(form, result),
            go_to=page_behind(request) or reverse("admin:helpdesk_ticket_change", args=(form.ticket.pk,)),
            ticket_id=form.ticket.pk,
            seen=form.cleaned_data["seen"],
            **given,
        )


def _offered(request: HttpRequest, ticket: Ticket) -> set[str]:
    """The names of the actions this person is offered on this ticket now."""
    options = options_of(request, ticket)
    promised_already = ticket.assignment is not None and ticket.assignment.is_committed
    shown = {act.value for act, option in options.items() if option.is_shown}
    if Act.START.value in shown and not promised_already:
        shown = (shown - {Act.START.value}) | {"commit_and_start"}
    return shown


def promised(form: ActForm, assignment: Assignment) -> str:
    """The due time promised."""
    return f"{form.ticket.case_id} is promised for {clock_in_words(assignment.due_at, form.now)}."


def started(form: ActForm, ticket: Ticket) -> str:
    """That work has begun, and until when."""
    due = f", due {clock_in_words(ticket.assignment.due_at, form.now)}" if ticket.assignment else ""
    return f"{ticket.case_id} is in progress{due}."


def resolved(_form: ActForm, ticket: Ticket) -> str:
    """Where it landed."""
    late = " after its promise had passed" if ticket.status == Status.RESOLVED_ESCALATED else ""
    return f"{ticket.case_id} is resolved{late}."


def reprioritised(form: ActForm, ticket: Ticket) -> str:
    """The new priority."""
    return f"{form.ticket.case_id} has priority {ticket.get_priority_display().lower()} now."


def withdrawn(form: ActForm, _ticket: Ticket) -> str:
    """That it is closed."""
    return f"{form.ticket.case_id} is withdrawn."
