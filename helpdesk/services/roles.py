"""Which roles somebody holds: what Entra ID claims, what an admin decided, and the record of both (P2-P4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.models import User, UserRole
from helpdesk.selectors import holdings
from helpdesk.services import administering, audit
from workflow.errors import PersonChanged
from workflow.roles import ClaimedRoles, Role

ACT_OF_DECISION = {
    UserRole.Decision.GIVEN.value: "role_given",
    UserRole.Decision.WITHDRAWN.value: "role_withdrawn",
    None: "role_left_to_entra",
}


@transaction.atomic
def claim_roles(*, user: User, claimed: ClaimedRoles, now: datetime) -> None:
    """Note which roles Entra ID claims for somebody now; what an admin decided stays as decided (P3).

    Roles the sign-in says nothing about stay as they were. Every claim that came or went is written down (P4).
    """
    administering.hold(user.pk)
    held = {one.role_id: one for one in UserRole.objects.filter(user=user)}
    for role in Role:
        grant = held.get(role.value) or UserRole(user=user, role_id=role.value)
        said = claimed.says(role)
        if said is None or said == grant.is_claimed:
            continue
        before = state_of(grant)
        grant.is_claimed = said
        grant.save()
        act = "role_claimed" if said else "role_no_longer_claimed"
        audit.note(act=act, actor=None, subject=user, before=before, after=state_of(grant), now=now)
    forget_roles(user)


def decide_role(
    *, actor: User | None, user: User, role: Role, decision: str | None, reason: str, now: datetime
) -> UserRole:
    """Give or withdraw one role whatever Entra ID claims, or let the claim decide again (`None`) (P3)."""
    decide_roles(actor=actor, user=user, decisions={role: decision}, reason=reason, now=now)
    return UserRole.objects.get_or_create(user=user, role_id=role.value)[0]


@transaction.atomic
def decide_roles(
    *,
    actor: User | None,
    user: User,
    decisions: Mapping[Role, str | None],
    reason: str,
    now: datetime,
    seen: Mapping[Role, str | None] | None = None,
    version: str | None = None,
) -> tuple[Role, ...]:
    """What an admin decides about several roles of one person; the roles whose decision changed.

    `seen` are the decisions the admin looked at; where another one stands by now, it is a conflict. `version` is the same
    for all that is known of all roles (`holdings.version_of`).

    It wins over Entra ID's claims in both directions and survives sign-ins (P3). Needs a reason. Refused as a whole where
    it would leave the desk without an active admin. Each change is written down by itself (P4).
    """
    reason = administering.begin(actor=actor, reason=reason)
    person = administering.hold(user.pk)
    held = holdings.grants_of(person)
    _check_seen(person, held, {role: seen.get(role) for role in decisions} if seen is not None else {})
    if version is not None and version != holdings.version_of(held):
        raise PersonChanged(person=person.name)
    was_admin = administering.is_admin(person)
    changed = tuple(
        role
        for role, decision in decisions.items()
        if _decide(held[role], person, decision, actor=actor, reason=reason, now=now)
    )
    if was_admin and not administering.is_admin(person):
        administering.check_an_admin_is_left(person)
    forget_roles(user)
    return changed


def _check_seen(person: User, held: Mapping[Role, UserRole], seen: Mapping[Role, str | None]) -> None:
    if any(held[role].decision != decision for role, decision in seen.items()):
        raise PersonChanged(person=person.name)


def _decide(
    grant: UserRole, person: User, decision: str | None, *, actor: User | None, reason: str, now: datetime
) -> bool:
    """Write one decision and its record; whether it is another than before."""
    if grant.decision == decision:
        return False
    before = state_of(grant)
    grant.decision = decision
    grant.save()
    audit.note(
        act=ACT_OF_DECISION[decision],
        actor=actor,
        subject=person,
        before=before,
        after=state_of(grant),
        reason=reason,
        now=now,
    )
    return True


def state_of(grant: UserRole) -> dict[str, Any]:
    """A grant as the audit trail keeps it: the role, whether it is held, and where that comes from (P4)."""
    held = grant.decision == UserRole.Decision.GIVEN if grant.decision else grant.is_claimed
    return {"role": grant.role_id, "holds": held, "source": grant.source}


def forget_roles(user: User) -> None:
    """Drop the roles kept on the user object for this request."""
    vars(user).pop("desk_roles", None)
