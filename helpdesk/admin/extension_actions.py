"""Asking for more time and deciding on it, from the ticket's page, the list of requests and the board (X1-X3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.enums import ActionVariant

from helpdesk.admin.act_forms import clock_in_words
from helpdesk.admin.dialogs import ActForm
from helpdesk.admin.extension_forms import APPROVE, DecideExtensionForm, RequestExtensionForm
from helpdesk.admin.navigation import level_of
from helpdesk.models import ExtensionRequest
from helpdesk.services.extensions import decide_extension, request_extension
from workflow.errors import in_words
from workflow.states import ExtensionStatus


class ExtensionActions:
    """The two dialogs; `_act` and the permissions are those of `TicketActions`."""

    _act: Any

    @action(
        description="Ask for an extension",
        url_path="request-extension",
        icon="more_time",
        permissions=["work"],
        dialog={"title": "Ask for an extension", "form_class": RequestExtensionForm},
    )
    def request_extension(self, request: HttpRequest, form: RequestExtensionForm, object_id: str) -> HttpResponse:
        given = {name: form.cleaned_data[name] for name in ("extra_minutes", "comment")}
        return self._act(request, form, request_extension, requested, **given)

    @action(
        description="Decide on the extension",
        url_path="decide-extension",
        icon="how_to_vote",
        variant=ActionVariant.PRIMARY,
        permissions=["triage"],
        dialog={"title": "Decide on the extension", "form_class": DecideExtensionForm},
    )
    def decide_extension(self, request: HttpRequest, form: DecideExtensionForm, object_id: str) -> HttpResponse:
        given = {"approve": form.cleaned_data["decision"] == APPROVE, "comment": form.cleaned_data["comment"]}
        return self._act(request, form, decide_extension, decided, level=level_of(request), **given)


def requested(form: ActForm, extension: ExtensionRequest) -> str:
    """That it waits for two decisions, and that the clock does not."""
    more = in_words(extension.extra_minutes)
    return f"{more} more are asked for on {form.ticket.case_id}. The promise stays as it is until SM1 and SM2 have decided."


def decided(form: ActForm, extension: ExtensionRequest) -> str:
    """What the decision came to."""
    case_id = form.ticket.case_id
    if extension.status == ExtensionStatus.APPROVED:
        due_at = extension.ticket.assignment.due_at if extension.ticket.assignment else form.now
        return f"The extension of {case_id} is approved: due {clock_in_words(due_at, form.now)}."
    if extension.status == ExtensionStatus.REJECTED:
        return f"The extension of {case_id} is rejected; its due time stays."
    return f"Your decision on {case_id} is kept; the other level has still to decide."
