"""The opening of every act of an admin on people: may they, why, and one after another."""

from helpdesk.models import Role as RoleRow
from helpdesk.models import User, UserRole
from helpdesk.services import acting
from workflow.errors import LastAdmin, PersonMissing, ReasonRequired, RoleNeeded
from workflow.roles import Role
from workflow.texts import clean_text, is_blank


def alone(*, actor: User | None) -> None:
    """Let an admin act, one such act at a time. No actor means the system.

    The lock on the role `admin` is the first of these acts, so that two admins who withdraw each other's role are judged
    one after the other.
    """
    RoleRow.objects.select_for_update(no_key=True).get(pk=Role.ADMIN.value)
    if actor is not None and not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)


def begin(*, actor: User | None, reason: str) -> str:
    """The same for an act that needs a reason, which is given back cleaned; the system needs none."""
    alone(actor=actor)
    if actor is not None and is_blank(reason):
        raise ReasonRequired
    return clean_text(reason)


def hold(person_id: int) -> User:
    """The person under their lock, which assigning a ticket to them takes as well."""
    try:
        return User.objects.locked(person_id)
    except User.DoesNotExist:
        raise PersonMissing from None


def is_admin(person: User) -> bool:
    """Whether somebody counts as one of the desk's admins now."""
    return person.is_active and UserRole.objects.filter(user=person, role_id=Role.ADMIN, is_granted=True).exists()


def check_an_admin_is_left(person: User) -> None:
    """Refuse what took the desk its last active admin; call it after the change, under the lock of `begin`."""
    if not User.objects.active().holding(Role.ADMIN).exists():
        raise LastAdmin(person=person.name)
