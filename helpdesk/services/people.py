"""People: where they come from, whether they may sign in, and to whom their broken promises go (P1, P5, P8)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from helpdesk.models import User
from helpdesk.selectors import people
from helpdesk.services import administering, audit, locks
from helpdesk.services.roles import claim_roles, decide_role, decide_roles, forget_roles
from workflow.errors import AuthorityWithoutRole, OwnAuthority
from workflow.roles import Role
from workflow.texts import clean_line

__all__ = [
    "claim_roles",
    "decide_role",
    "decide_roles",
    "end_sessions",
    "person_from_entra",
    "set_active",
    "set_reporting_authority",
]


@transaction.atomic
def person_from_entra(*, tenant_id: str, azure_ad_id: str, name: str, email: str, now: datetime) -> User:
    """The person with this identity of Entra ID, made at the first sign-in; never matched by e-mail (P1)."""
    name, email = clean_line(name)[:200] or azure_ad_id, clean_line(email)[:254]
    person = User.objects.filter(tenant_id=tenant_id, azure_ad_id=azure_ad_id).first()
    if person is None:
        return _make(tenant_id, azure_ad_id, name, email, now)
    if (person.name, person.email) != (name, email):
        before = {"name": person.name, "email": person.email}
        person.name, person.email = name, email
        _save(person, None, now, "name", "email")
        audit.note(
            act="person_changed",
            actor=None,
            subject=person,
            before=before,
            after={"name": name, "email": email},
            now=now,
        )
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
    audit.note(act="person_added", actor=None, subject=person, after={"name": name, "email": email}, now=now)
    return person


@transaction.atomic
def set_active(*, actor: User | None, user: User, is_active: bool, reason: str, now: datetime) -> User:
    """Let somebody in, or shut them out: sessions end, tokens are refused, and they leave the pool at once (P8).

    Their open tickets stay theirs and are listed to the scrum masters. The last active admin stays. Done twice it is done
    once.
    """
    reason = administering.begin(actor=actor, reason=reason)
    person = administering.hold(user.pk)
    if person.is_active == is_active:
        return person
    was_admin = administering.is_admin(person)
    person.is_active = is_active
    person.sessions_ended_at = now
    _save(person, actor, now, "is_active", "sessions_ended_at")
    if was_admin and not is_active:
        administering.check_an_admin_is_left(person)
    act = "person_activated" if is_active else "person_deactivated"
    before, after = {"active": not is_active}, {"active": is_active}
    audit.note(act=act, actor=actor, subject=person, before=before, after=after, reason=reason, now=now)
    user.is_active = is_active
    forget_roles(user)
    return person


@transaction.atomic
def end_sessions(*, actor: User | None, user: User, reason: str, now: datetime) -> User:
    """Sign somebody out wherever they are signed in; they may sign in again. Tokens of the API run out by themselves."""
    reason = administering.begin(actor=actor, reason=reason)
    person = administering.hold(user.pk)
    person.sessions_ended_at = now
    _save(person, actor, now, "sessions_ended_at")
    audit.note(act="sessions_ended", actor=actor, subject=person, reason=reason, now=now)
    return person


@transaction.atomic
def set_reporting_authority(
    *, actor: User | None, engineer: User, authority: User | None, reason: str, now: datetime
) -> User:
    """Say who hears of this engineer's broken promises, or nobody in particular (P5).

    Refused: the engineer themselves, and somebody who is not active or does not hold `ra`.
    """
    reason = administering.begin(actor=actor, reason=reason)
    held = locks.hold_engineers([engineer.pk, *([authority.pk] if authority else [])])
    person = held[engineer.pk]
    if authority is not None:
        _check_authority(person, held[authority.pk])
    if person.reporting_authority_id == (authority.pk if authority else None):
        return person
    before = {"reporting_authority": person.reporting_authority.name if person.reporting_authority else None}
    person.reporting_authority = authority
    _save(person, actor, now, "reporting_authority")
    after = {"reporting_authority": authority.name if authority else None}
    audit.note(
        act="reporting_authority_set",
        actor=actor,
        subject=person,
        before=before,
        after=after,
        reason=reason,
        now=now,
    )
    return person


def _check_authority(person: User, authority: User) -> None:
    if authority.pk == person.pk:
        raise OwnAuthority(engineer=person.name)
    if not authority.is_active or Role.RA not in people.granted_roles(authority.pk):
        raise AuthorityWithoutRole(authority=authority.name)


def _save(person: User, actor: User | None, now: datetime, *fields: str) -> None:
    """Save with the moment and the person in the field history."""
    person._history_date = now
    person._history_user = actor
    person.save(update_fields=fields)
