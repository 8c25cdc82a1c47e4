"""What a sign-in leaves behind: today's roles, and one row of the audit trail for each that worked, failed or was refused."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from helpdesk.models import AuditEvent, User
from helpdesk.selectors import people
from helpdesk.services import alerts, audit, tries
from helpdesk.services.roles import claim_roles
from workflow.roles import ClaimedRoles, Role

TOKENS = "token:"


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


@transaction.atomic
def token_refused(*, code: str, person: User | None = None, address: str, now: datetime) -> AuditEvent | None:
    """A bearer token was refused. Anybody can send any number of them, so one row a minute for each cause and address says
    how many there were; none is returned where the row is still to come.
    """
    return _refusals_told(code, address, person, tries.to_tell(f"{TOKENS}{code}:{address}"[:80], now=now), now)


@transaction.atomic
def sweep_refusals(now: datetime) -> int:
    """Write down the refused tokens that were counted and not told yet; the number of rows."""
    left = tries.left_to_tell(TOKENS, now=now)
    for key, count in left.items():
        code, _, address = key.removeprefix(TOKENS).partition(":")
        _refusals_told(code, address, None, count, now)
    return len(left)


@transaction.atomic
def session_expired(*, user: User, session_key: str, now: datetime) -> AuditEvent | None:
    """Somebody at work was signed out because no session lasts longer.

    A page asks for several things at once, so the session ends here, and only the request that ended it says so.
    """
    if not Session.objects.filter(session_key=session_key).delete()[0]:
        return None
    return audit.note(act="session_expired", actor=None, subject=user, now=now)


def _refusals_told(code: str, address: str, person: User | None, count: int, now: datetime) -> AuditEvent | None:
    if not count:
        return None
    after = {"code": code, "address": address, "count": count}
    label = "" if person else address
    return audit.note(act="token_refused", actor=None, subject=person, subject_label=label, after=after, now=now)


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
            "App roles do not have this limit: map roles from the claim roles instead (docs/entra.md), or assign groups "
            "to the application and let the token carry only those. Further sign-ins like this one stand in the audit "
            f"trail; this mail is sent once a day.\n\n{settings.LINEUP_BASE_URL}/desk/\n"
        ),
        now=now,
    )
