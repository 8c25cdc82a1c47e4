"""The two addresses that only lead on: the home of each person, and the ticket that a mail links to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from helpdesk.admission import open_to_any_role
from helpdesk.selectors import access, people
from workflow.errors import TicketMissing
from workflow.roles import Workspace, workspaces_of


@open_to_any_role
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To where they work: staff to the desk, unless the portal is all they have or where they were last."""
    tabs = workspaces_of(people.roles_of(request.user))
    last = request.session.get("workspace") or request.user.last_workspace
    if tabs == (Workspace.MY_TICKETS,) or last == Workspace.MY_TICKETS:
        return redirect("portal:tickets")
    return redirect("admin:index")


@open_to_any_role
@require_safe
def ticket_door(request: HttpRequest, case_id: str) -> HttpResponse:
    """To the page of the ticket that this person can open; a foreign and a missing ticket answer alike."""
    try:
        ticket = access.ticket_for(request.user, case_id)
    except TicketMissing as missing:
        raise Http404 from missing
    if access.sees_as_staff(request.user, ticket):
        return redirect("admin:helpdesk_ticket_change", ticket.pk)
    return redirect("portal:ticket", ticket.case_id)
