"""Pages that parts above the desk bring along: they name themselves here, so that the desk need not know them."""

from django.urls import reverse

from workflow.roles import Workspace

_PAGES: dict[Workspace, list[tuple[str, str, str]]] = {}
_LANDINGS: dict[Workspace, tuple[str, str, str]] = {}
_EXPORTS: dict[str, str] = {}


def add_page(workspace: Workspace, *, title: str, icon: str, route: str) -> None:
    """A page stands in the sidebar of a workspace, after the desk's own; `icon` is a name of the theme's icons."""
    pages = _PAGES.setdefault(workspace, [])
    if (title, icon, route) not in pages:
        pages.append((title, icon, route))


def pages_of(workspace: Workspace) -> tuple[tuple[str, str, str], ...]:
    """Title, icon and address of each page brought along."""
    return tuple((title, icon, reverse(route)) for title, icon, route in _PAGES.get(workspace, ()))


def add_landing(*workspaces: Workspace, title: str, icon: str, route: str) -> None:
    """The page these workspaces begin with: first in the sidebar, and where one is led on opening them."""
    _LANDINGS.update(dict.fromkeys(workspaces, (title, icon, route)))


def landing_of(workspace: Workspace) -> tuple[tuple[str, str, str], ...]:
    """Title, icon and address of the page a workspace begins with, if one was brought along."""
    found = _LANDINGS.get(workspace)
    return ((found[0], found[1], reverse(found[2])),) if found else ()


def add_export(subject: str, *, route: str) -> None:
    """Where the rows of a list can be taken out; `subject` is what the list shows."""
    _EXPORTS[subject] = route


def export_of(subject: str, query: str) -> str:
    """The address that takes out what a list shows, with its filters; empty where nobody brought one."""
    route = _EXPORTS.get(subject)
    return f"{reverse(route)}?{query}" if route else ""
