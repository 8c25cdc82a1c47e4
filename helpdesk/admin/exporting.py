"""From a list to its export: the address that takes out what an admin sees, with the filters of the page."""

from django.http import HttpRequest, QueryDict

from helpdesk.admin import places, ticket_lists
from helpdesk.admin.history_words import Show
from helpdesk.admin.log_filters import LogFilters
from helpdesk.admin.navigation import Whose, whose_of
from helpdesk.models import ApplicationCatalog
from helpdesk.selectors import people
from helpdesk.services.audit import ACTS
from workflow.roles import Role

OF_THE_PAGE = frozenset({"bucket", "engineers", "p", "o", "e", "all", "_changelist_filters"})
"""What the address of a list says besides its filters."""


def of_list(request: HttpRequest) -> str:
    """Of the open list of tickets; nothing for who is no admin, and for a part of it that only a page can show."""
    shown = ticket_lists.list_of(request)
    part = shown in ticket_lists.ENGINEERS_OWN and whose_of(request) is not Whose.ALL
    if part or Role.ADMIN not in people.roles_of(request.user):
        return ""
    query = QueryDict(mutable=True)
    if shown is not None:
        query["bucket"] = shown.value
    for name, values in request.GET.lists():
        if name not in OF_THE_PAGE and any(values):
            query.setlist(name, values)
    return places.export_of("tickets", query.urlencode())


def of_history(filters: LogFilters, show: Show) -> str:
    """Of the history: the events of tickets and the audit trail are a report each, and the filters say which is meant."""
    chosen = filters.cleaned_data
    is_part = show not in {Show.ALL, Show.TICKETS}
    is_audit = is_part or chosen["act"] in ACTS
    told = {
        "report": "audit" if is_audit else "history",
        "show": show.value if is_part else "",
        "act": chosen["act"],
        "person": filters.data.get("person", "").strip(),
        "ticket": filters.data.get("ticket", "").strip(),
        "application": _code_of(chosen["application"]),
        "reported_from": chosen["since"].isoformat() if chosen["since"] else "",
        "reported_to": chosen["until"].isoformat() if chosen["until"] else "",
    }
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in told.items() if value})
    return places.export_of("audit", query.urlencode())


def _code_of(chosen: str) -> str:
    """The code of the application that is chosen by its id, if one is."""
    return ApplicationCatalog.objects.filter(pk=chosen).values_list("code", flat=True).first() or "" if chosen else ""
