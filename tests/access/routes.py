"""Every route of the site, read from the URL conf; nothing here knows a route by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """A route: its name with namespaces, or its pattern where it has no name, and the view behind it."""

    key: str
    pattern: str
    view: Callable[..., Any]


def every_route() -> dict[str, Route]:
    """All of them by key; two of one key would hide each other and are refused."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver(), "", ()):
        assert route.key not in found, f"two routes are called {route.key}"
        found[route.key] = route
    return found


def _walk(resolver: URLResolver, before: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from _walk(one, pattern, (*spaces, one.namespace) if one.namespace else spaces)
        elif isinstance(one, URLPattern):
            yield Route(":".join((*spaces, one.name)) if one.name else pattern, pattern, one.callback)
