"""People and the roles they hold (P1-P5)."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from helpdesk.models import User, UserRole
from workflow.roles import Role
from workflow.texts import clean_line


@transaction.atomic
def person_from_entra(*, tenant_id: str, azure_ad_id: str, name: str, email: str, now: datetime) -> User:
    """The person with this identity of Entra ID, made at the first sign-in; never matched by e-mail (P1)."""
    name, email = clean_line(name)[:200] or azure_ad_id, clean_line(email)[:254]
    person = User.objects.filter(tenant_id=tenant_id, azure_ad_id=azure_ad_id).first()
    if person is None:
        return _make(tenant_id, azure_ad_id, name, email, now)
    if (person.name, person.email) != (name, email):
        person.name, person.email = name, email
        person._history_date = now
        person.save(update_fields=["name", "email"])
    return person


def _make(tenant_id: str, azure_ad_id: str, name: str, email: str, now: datetime) -> User:
    """A new person; two first sign-ins at once make one."""
    person = User(
        username=f"{azure_ad_id}@{tenant_id}", tenant_id=tenant_id, azure_ad_id=azure_ad_id, name=name, email=email
    )
    person.set_unusable_password()
    person._history_date = now
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        return User.objects.get(tenant_id=tenant_id, azure_ad_id=azure_ad_id)
    return person


@transaction.atomic
def claim_roles(*, user: User, roles: Collection[Role], now: datetime) -> None:
    """Note which roles Entra ID claims for somebody now; what an admin decided stays as decided (P3)."""
    held = {one.role_id: one for one in UserRole.objects.select_for_update().filter(user=user)}
    for role in Role:
        claimed = role in roles
        if role.value in held:
            if held[role.value].is_claimed != claimed:
                held[role.value].is_claimed = claimed
                held[role.value].save(update_fields=["is_claimed"])
        elif claimed:
            UserRole.objects.get_or_create(user=user, role_id=role.value, defaults={"is_claimed": True})
    _forget_roles(user)


@transaction.atomic
def decide_role(*, user: User, role: Role, decision: str | None) -> UserRole:
    """Give or withdraw a role whatever Entra ID claims, or let the claim decide again (`None`) (P3)."""
    grant, _ = UserRole.objects.select_for_update().get_or_create(user=user, role_id=role.value)
    grant.decision = decision
    grant.save(update_fields=["decision"])
    _forget_roles(user)
    return grant


def _forget_roles(user: User) -> None:
    """Drop the roles kept on the user object for this request."""
    vars(user).pop("desk_roles", None)
