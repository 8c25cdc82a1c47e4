"""What a resolution time comes to while it is typed, for engineers whose clock does not run around the clock (C5, C10)."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from helpdesk.admin.act_forms import clock_in_words
from helpdesk.admin.dialogs import ticket_or_404
from helpdesk.admin.navigation import moment_of
from helpdesk.admission import open_to
from helpdesk.selectors import calendars, queues
from helpdesk.templatetags.desk import distance_in_words
from workflow import lineup
from workflow.errors import WorkflowError
from workflow.roles import Role


@open_to(Role.ENGINEER)
@require_safe
def due_preview(request: HttpRequest, model_admin: Any, object_id: int) -> JsonResponse:
    """The due time of `minutes` in words, or the rule it breaks: what the commitment itself would say at this moment."""
    ticket, now = ticket_or_404(request, object_id), moment_of(request)
    assignment, asked = ticket.assignment, request.GET.get("minutes", "")
    if assignment is None or assignment.starts_at is None or not asked.isdecimal() or len(asked) > 7:
        return JsonResponse({"state": "empty", "said": ""})
    slot, time = queues.slot_of(assignment), calendars.time_of(assignment.engineer_id)
    try:
        lineup.check_minutes(slot, int(asked), now, time)
    except WorkflowError as error:
        return JsonResponse({"state": "refused", "said": error.sentence})
    due_at = time.add(slot.starts_at, int(asked) + slot.extra)
    said = {"due": clock_in_words(due_at, now), "distance": distance_in_words(due_at, now)}
    return JsonResponse({"state": "due", **said})
