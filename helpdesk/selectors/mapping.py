"""Which value of which claim gives which role, as the admins have it now (P3)."""

from collections.abc import Collection, Mapping

from helpdesk.models import RoleMapping
from workflow.roles import Role

RoleMappings = Mapping[str, Mapping[str, Collection[Role]]]
"""Claim (`roles`, `groups`) -> value -> the roles it gives."""


def role_mappings() -> RoleMappings:
    """The whole table, in one statement."""
    found: dict[str, dict[str, set[Role]]] = {claim: {} for claim in RoleMapping.Claim.values}
    for claim, value, role in RoleMapping.objects.values_list("claim", "value", "role_id"):
        found[claim].setdefault(value, set()).add(Role(role))
    return found
