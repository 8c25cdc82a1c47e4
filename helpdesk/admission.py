"""Who is let in where: every route says it, and a route that says nothing is closed to everybody.

Views say it with the decorators here, pages of the desk by the `viewers` of their `DeskModelAdmin`, views of the API by
`roles`. What somebody may do behind the door is decided by selectors and services.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from helpdesk.selectors import people
from helpdesk.services import audit, identity
from workflow.errors import WorkflowError
from workflow.roles import Role

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Whom a route lets in: everybody, everybody who is signed in, or who holds one of the roles."""

    roles: frozenset[Role] = frozenset()
    is_public: bool = False
    needs_role: bool = True


def open_to_everybody(view: View) -> View:
    """Strangers too; the route stands in `helpdesk.sso.public.PUBLIC_ROUTES` as well."""
    return _declared(view, Admission(is_public=True, needs_role=False))


def open_to_the_signed_in(view: View) -> View:
    """Whoever is signed in, also without any role (P6)."""
    return _declared(view, Admission(needs_role=False))


def open_to_any_role(view: View) -> View:
    """Everybody who is somebody on this desk."""
    return _declared(view, Admission(roles=frozenset(Role)))


def open_to(*roles: Role) -> Callable[[View], View]:
    """Who holds one of these roles."""
    return lambda view: _declared(view, Admission(roles=frozenset(roles)))


def _declared(view: View, admission: Admission) -> View:
    view.admission = admission  # type: ignore[attr-defined]
    return view


def admission_of(view: Callable[..., Any]) -> Admission | None:
    """What the view of a route declares; none when it declares nobody."""
    said = getattr(view, "admission", None)
    if isinstance(said, Admission):
        return said
    roles = _roles_of_api(view) if hasattr(view, "cls") else _roles_of_page(view)
    return Admission(roles=roles) if roles else None


def _roles_of_page(view: Callable[..., Any]) -> frozenset[Role]:
    """The viewers of the page of the desk that the address belongs to."""
    return frozenset(getattr(getattr(view, "model_admin", None), "viewers", ()))


def _roles_of_api(view: Any) -> frozenset[Role]:
    """The roles of a view of the API; none when it was told not to ask for them."""
    given: dict[str, Any] = {
        "permission_classes": getattr(view.cls, "permission_classes", ()),
        **getattr(view, "initkwargs", {}),
    }
    asks = any(getattr(one, "asks_declared_roles", False) for one in given["permission_classes"])
    roles: Iterable[Role] = given.get("roles", getattr(view.cls, "roles", ()))
    return frozenset(roles) if asks else frozenset()


class AdmissionMiddleware:
    """The last line of defence before any view: closed unless declared, and no act in somebody else's name (A4).

    Strangers and people without a role are left to the sign-in middleware, the API to its own permission, which answers as
    a problem document.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        admission = admission_of(view)
        if admission is None:
            route = request.resolver_match.route if request.resolver_match else request.path
            logger.error("A route says nobody whom it lets in, so it is closed: %s", route)
            raise PermissionDenied
        if admission.is_public or not request.user.is_authenticated or hasattr(view, "cls"):
            return
        held = people.roles_of(request.user)
        if held and admission.needs_role and admission.roles.isdisjoint(held):
            raise PermissionDenied
        if request.method == "POST":
            _check_claims(request)


def _check_claims(request: HttpRequest) -> None:
    """A form that names another assigner or a level not held is refused as a whole and kept in the audit trail."""
    try:
        identity.check_claimed(actor=request.user, sent=dict(request.POST.lists()))  # type: ignore[arg-type]
    except WorkflowError as refusal:
        audit.note_refusal(error=refusal, actor=request.user)  # type: ignore[arg-type]
        raise PermissionDenied(refusal.sentence) from refusal
