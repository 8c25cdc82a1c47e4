"""Who holds which role, read from one place."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.models import User, UserRole
from workflow.cases import Person
from workflow.errors import PersonMissing
from workflow.roles import Role
from workflow.texts import whole_number

_GRANTED = ArraySubquery(UserRole.objects.filter(user=OuterRef("pk"), is_granted=True).values("role_id"))
_COMING = User.objects.get_queryset().annotate(granted_now=_GRANTED).order_by()
"""Everybody with their roles; made once, as every request asks for somebody of them."""


def at_the_door(**who: object) -> User | None:
    """The one person who is this, with their roles, in one statement: whoever a session or token says is calling."""
    user = _COMING.filter(**who).first()
    if user is not None:
        user.desk_roles = frozenset(map(Role, user.granted_now)) if user.is_active else frozenset()  # type: ignore[attr-defined]
    return user


def roles_of(user: User) -> frozenset[Role]:
    """The roles granted to somebody (P2, P3); read once per request and kept on the user object.

    An inactive person holds none (P8).
    """
    held: frozenset[Role] | None = getattr(user, "desk_roles", None)
    if held is None:
        held = granted_roles(user.pk) if user.is_active else frozenset()
        user.desk_roles = held  # type: ignore[attr-defined]
    return held


def granted_roles(user_id: int) -> frozenset[Role]:
    """The roles granted to somebody at this moment, from the database."""
    names = UserRole.objects.filter(user_id=user_id, is_granted=True).values_list("role_id", flat=True)
    return frozenset(Role(name) for name in names)


def fresh_person(user_id: int) -> Person | None:
    """Somebody as the rules see them at this moment, from the database in one statement; an inactive one holds no role (P8)."""
    rows = list(
        User.objects.filter(pk=user_id)
        .order_by()
        .values_list("name", "is_active", "user_roles__role_id", "user_roles__is_granted")
    )
    if not rows:
        return None
    name, is_active = rows[0][:2]
    roles = frozenset(Role(role) for _, _, role, is_granted in rows if is_granted and is_active)
    return Person(id=user_id, name=name, roles=roles, is_active=is_active)


def person_of(user: User) -> Person:
    """Somebody as the rules see them, with the roles of this request."""
    return Person(id=user.pk, name=user.name, roles=roles_of(user), is_active=user.is_active)


def number_in(reference: str) -> int:
    """The number of a person as an address has it; what is none names nobody."""
    number = whole_number(reference)
    if number is None:
        raise PersonMissing
    return number


def person_for(reference: str) -> User:
    """The person whose number stands in an address."""
    person = User.objects.filter(pk=number_in(reference)).first()
    if person is None:
        raise PersonMissing
    return person


def by_name(ids: Iterable[int]) -> dict[int, User]:
    """These people by their numbers, with nothing of them but their names; one statement."""
    return User.objects.order_by().only("name").in_bulk(set(ids))


def engineers() -> QuerySet[User]:
    """The pool a ticket can be given to: active people holding `engineer` (A7)."""
    return User.objects.active().holding(Role.ENGINEER).order_by("name", "pk")


def engineers_before() -> QuerySet[User]:
    """Who was in the pool and is not any more: inactive, or without the role (P8). The row of a role once held stays."""
    once = UserRole.objects.filter(user=OuterRef("pk"), role_id=Role.ENGINEER)
    return User.objects.filter(Exists(once)).filter(Q(is_active=False) | Exists(once.filter(is_granted=False)))


def holders(*roles: Role) -> dict[Role, list[int]]:
    """The ids of the active people holding each of the roles, in one statement."""
    found: dict[Role, list[int]] = {role: [] for role in roles}
    rows = UserRole.objects.filter(role_id__in=roles, is_granted=True, user__is_active=True).order_by("user_id")
    for role_id, user_id in rows.values_list("role_id", "user_id"):
        found[Role(role_id)].append(user_id)
    return found
