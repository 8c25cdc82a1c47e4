"""Giving tickets to engineers, one from its page or a list, several from the list of the unassigned (A1-A7)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from helpdesk.admin.act_forms import clock_in_words
from helpdesk.admin.assign_form import AssignForm
from helpdesk.admin.assign_many_form import AssignManyForm
from helpdesk.admin.base import page_behind
from helpdesk.admin.dialogs import ActForm
from helpdesk.admin.navigation import level_of
from helpdesk.models import Assignment
from helpdesk.services import assignment as services
from workflow.states import Status


class AssignActions:
    """The dialogs in which an engineer is chosen; `run`, `_act` and the permissions are those of `TicketActions`."""

    run: Callable[..., HttpResponse]
    _act: Any

    @action(
        description="Assign",
        url_path="assign",
        icon="person_add",
        variant=ActionVariant.PRIMARY,
        permissions=["triage"],
        dialog={"title": "Assign", "form_class": AssignForm},
    )
    def assign(self, request: HttpRequest, form: AssignForm, object_id: str) -> HttpResponse:
        return self._assign(request, form)

    @action(
        description="Reassign",
        url_path="reassign",
        icon="swap_horiz",
        permissions=["triage"],
        dialog={"title": "Reassign", "form_class": AssignForm},
    )
    def reassign(self, request: HttpRequest, form: AssignForm, object_id: str) -> HttpResponse:
        return self._assign(request, form)

    @action(
        description="Assign to one engineer",
        url_path="assign-many",
        icon="group_add",
        permissions=["triage"],
        dialog={"title": "Assign", "form_class": AssignManyForm},
    )
    def assign_many(self, request: HttpRequest, form: AssignManyForm) -> HttpResponse:
        asked = ("engineer_id", "assign_anyway", "confirm_own_ticket", "seen")
        return self.run(
            request,
            services.assign_many,
            form=form,
            done=lambda given: all_assigned(form, given),
            go_to=page_behind(request) or reverse("admin:helpdesk_ticket_changelist"),
            ticket_ids=form.cleaned_data["tickets"],
            level=level_of(request),
            **{field: form.cleaned_data[field] for field in asked},
        )

    def _assign(self, request: HttpRequest, form: AssignForm) -> HttpResponse:
        asked = ("engineer_id", "comment", "assign_anyway", "confirm_own_ticket", "place")
        given = {field: form.cleaned_data[field] for field in asked}
        given["line_seen"] = form.cleaned_data["line_seen"] or None
        answer: HttpResponse = self._act(
            request, form, services.assign_ticket, assigned, level=level_of(request), **given
        )
        return answer


def assigned(form: ActForm, assignment: Assignment) -> str:
    """What an assignment came to, from what was stored."""
    whom = f"{form.ticket.case_id} is assigned to {assignment.engineer.name}"
    due = clock_in_words(assignment.due_at, form.now)
    if assignment.starts_at is None or form.ticket.status == Status.ESCALATED:
        return f"{whom}; the broken due time {due} stays."
    return f"{whom}: starts {clock_in_words(assignment.starts_at, form.now)}, expected by {due}."


def all_assigned(form: AssignManyForm, given: list[Assignment]) -> str:
    """What giving several tickets came to, from what was stored."""
    count = f"{len(given)} tickets are" if len(given) > 1 else f"{given[0].ticket.case_id} is"
    starts = clock_in_words(given[0].starts_at or form.now, form.now)
    due = clock_in_words(given[-1].due_at, form.now)
    rest = (
        f"the first starts {starts}, the last is expected by {due}"
        if len(given) > 1
        else f"starts {starts}, expected by {due}"
    )
    return f"{count} assigned to {given[0].engineer.name}: {rest}."
