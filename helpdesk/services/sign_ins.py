"""What a sign-in leaves behind: today's roles, and one row of the audit trail for each that worked, failed or was refused."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from helpdesk.models import AuditEvent, User
from helpdesk.selectors import people
from helpdesk.services import alerts, audit
from helpdesk.services.roles import claim_roles
from workflow.roles import ClaimedRoles, Role


@transaction.atomic
def refresh_roles(*, user: User, claimed: ClaimedRoles, now: datetime) -> None:
    """Bring the roles claimed by the directory up to date; what it left unsaid stays, and the admins are told (P3)."""
    claim_roles(user=user, claimed=claimed, now=now)
    if claimed.unknown:
        _tell_of_overage(user, claimed, now)


def signed_in(*, user: User, now: datetime) -> AuditEvent:
    """Somebody came in through Entra ID, with these roles."""
    held = people.granted_roles(user.pk)
    after = {"roles": [role.value for role in Role if role in held]}
    return audit.note(act="signed_in", actor=user, subject=user, after=after, now=now)


def signed_out(*, user: User, now: datetime) -> AuditEvent:
    """Somebody ended their session."""
    return audit.note(act="signed_out", actor=user, subject=user, now=now)


def failed(*, code: str, person: User | None, label: str, address: str, now: datetime) -> AuditEvent:
    """A sign-in that came to nothing; one of a person known by then was refused, not failed."""
    act = "sign_in_refused" if person or label else "sign_in_failed"
    after = {"code": code, "address": address}
    return audit.note(act=act, actor=None, subject=person, subject_label=label, after=after, now=now)


def _tell_of_overage(user: User, claimed: ClaimedRoles, now: datetime) -> None:
    """One row for each such sign-in; one mail a day, because it may concern everybody."""
    unsaid = [role.value for role in Role if claimed.says(role) is None]
    audit.note(act="claims_overage", actor=None, subject=user, after={"roles": unsaid}, now=now)
    alerts.tell_admins(
        key=f"overage:{now:%Y-%m-%d}",
        subject="Lineup: sign-ins come without their groups",
        text=(
            f"Entra ID did not list the groups of {user.name}, because there are too many of them for a token. Roles that "
            f"are mapped from groups stay as they were: none was given, none was taken away.\n\n"
            "App roles do not have this limit: map roles from the claim roles instead (docs/azure-sso.md), or assign groups "
            "to the application and let the token carry only those. Further sign-ins like this one stand in the audit "
            f"trail; this mail is sent once a day.\n\n{settings.LINEUP_BASE_URL}/desk/\n"
        ),
        now=now,
    )
