"""What the frame of every page shows: the organisation and the workspaces of the person."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from helpdesk.selectors import people
from workflow.roles import Workspace, workspaces_of


@dataclass(frozen=True)
class Tab:
    """A workspace somebody may open (P7)."""

    name: str
    label: str
    is_portal: bool


def desk(request: HttpRequest) -> dict[str, Any]:
    """For every template; the roles are only read where a page shows the tabs."""
    return {
        "organisation": settings.LINEUP_ORGANISATION,
        "admin_contact": settings.LINEUP_ADMIN_CONTACT,
        "workspace_tabs": SimpleLazyObject(lambda: tabs_of(request)),
    }


def tabs_of(request: HttpRequest) -> tuple[Tab, ...]:
    """The workspaces of whoever asks; none for strangers and for people without a role."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ()
    open_to_them = workspaces_of(people.roles_of(user))
    return tuple(Tab(tab.value, tab.label, tab is Workspace.MY_TICKETS) for tab in open_to_them)
