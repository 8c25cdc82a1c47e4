"""What somebody holds on the desk: shown before they are shut out or lose a role (P8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.models import Assignment, User, UserRole
from helpdesk.selectors import queues
from workflow.roles import Role


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Their open tickets in queue order, and whose reporting authority they are."""

    tickets: list[Assignment]
    engineers: list[User]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes for anybody else."""
        return not (self.tickets or self.engineers)


def holdings_of(person: User) -> Holdings:
    """In two statements."""
    led = User.objects.filter(reporting_authority=person).order_by("name", "pk")
    return Holdings(tickets=queues.work_of(person), engineers=list(led))


def grants_of(person: User) -> dict[Role, UserRole]:
    """Every role with what is claimed and decided about it; a role nobody ever spoke of has an empty grant."""
    known = {Role(one.role_id): one for one in person.user_roles.all()}
    return {role: known.get(role) or UserRole(user=person, role_id=role.value, is_granted=False) for role in Role}


def version_of(grants: Mapping[Role, UserRole]) -> str:
    """The token of all that is claimed and decided about somebody's roles: another one once anything of it changed."""
    return ".".join(f"{role.value}:{int(one.is_claimed)}{one.decision or ''}" for role, one in grants.items())


def authorities() -> QuerySet[User]:
    """Who may be made a reporting authority (P5)."""
    return User.objects.active().holding(Role.RA).order_by("name", "pk")
