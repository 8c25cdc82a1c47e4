"""Who may call a view at all; what they may do there is decided by the services."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from helpdesk.selectors import people
from workflow.errors import RoleNeeded, RoleNotAssigned
from workflow.roles import Role

if TYPE_CHECKING:
    # Importing it for real would ask for this very module: the framework names its permissions by setting.
    from rest_framework.views import APIView

ANYBODY_WITH_A_ROLE = frozenset(Role)


class DeclaredRoles(BasePermission):
    """Refuses by default: a view says in `roles` who may call it, and one that says nothing is closed to everybody.

    Nobody signed in: 401. No role at all (P6), or none of the declared: 403.
    """

    asks_declared_roles = True

    def has_permission(self, request: Request, view: "APIView") -> bool:
        declared: frozenset[Role] = frozenset(getattr(view, "roles", ()))
        if not getattr(request.user, "is_authenticated", False):
            return False
        held = people.roles_of(request.user)
        if not held:
            raise RoleNotAssigned
        if declared.isdisjoint(held):
            raise RoleNeeded(needs=_listed(declared))
        return True


def _listed(roles: frozenset[Role]) -> str:
    """The declared roles in words; a closed view has none to name."""
    return " or ".join(role.label for role in Role if role in roles) or "a role that nobody holds"
