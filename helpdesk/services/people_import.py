"""People and reporting lines from a sheet: judged as a whole, then applied as a whole or not at all (P1, P3-P5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from helpdesk.models import AuditEvent, User, UserRole
from helpdesk.services import administering, audit
from helpdesk.services.import_plan import PersonRow, Planned, plan_import
from helpdesk.services.roles import ACT_OF_DECISION, state_of
from workflow.errors import FieldInvalid

AT_ONCE = 1000
"""Rows per statement."""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What an import came to."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class _Import:
    """Who imports, why and when: the same for every row."""

    actor: User
    reason: str
    now: datetime

    def row(self, act: str, subject: User, before: dict[str, object], after: dict[str, object]) -> AuditEvent:
        return audit.row(
            act=act, actor=self.actor, subject=subject, before=before, after=after, reason=self.reason, now=self.now
        )


@transaction.atomic
def import_people(
    *, actor: User, rows: Sequence[PersonRow], tenant_id: str, file_name: str, reason: str, now: datetime
) -> Applied:
    """Apply a sheet: new people, decisions about roles, reporting lines; every change is written down by itself (P4).

    Judged again under the lock of all acts on people; with one wrong row nothing is imported. Refused where it would leave
    the desk without an active admin.
    """
    run = _Import(actor=actor, reason=administering.begin(actor=actor, reason=reason), now=now)
    planned = plan_import(rows, tenant_id)
    wrong = {f"row {one.row.number}": list(one.errors) for one in planned if one.errors}
    if wrong:
        raise FieldInvalid(wrong)
    changed = [one for one in planned if one.changes]
    _hold(changed)
    people = _people(run, changed, tenant_id)
    events = [*_decide(run, changed, people), *_lead(run, changed, people, tenant_id)]
    AuditEvent.objects.bulk_create(events, batch_size=AT_ONCE)
    administering.check_an_admin_is_left(actor)
    added = sum(one.person is None for one in changed)
    applied = Applied(added=added, changed=len(changed) - added, unchanged=len(planned) - len(changed))
    counts = {"added": applied.added, "changed": applied.changed, "unchanged": applied.unchanged}
    audit.note(act="people_imported", actor=actor, subject_label=file_name, after=counts, reason=run.reason, now=now)
    return applied


def _hold(changed: Iterable[Planned]) -> None:
    """Lock everybody the import changes, in the order of their ids."""
    ids = [one.person.pk for one in changed if one.person]
    list(User.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _people(run: _Import, changed: Sequence[Planned], tenant_id: str) -> dict[str, User]:
    """Everybody of the changed rows by object id; those who are new are made first."""
    new = [
        User(
            username=f"{one.row.object_id}@{tenant_id}",
            tenant_id=tenant_id,
            azure_ad_id=one.row.object_id,
            name=one.row.name,
            email=one.row.email,
        )
        for one in changed
        if one.person is None
    ]
    for person in new:
        person.set_unusable_password()
    made = bulk_create_with_history(new, User, batch_size=AT_ONCE, default_user=run.actor, default_date=run.now)
    events = [run.row("person_added", one, {}, {"name": one.name, "email": one.email}) for one in made]
    AuditEvent.objects.bulk_create(events, batch_size=AT_ONCE)
    return {one.azure_ad_id: one for one in (*made, *(plan.person for plan in changed if plan.person))}


def _decide(run: _Import, changed: Sequence[Planned], people: dict[str, User]) -> list[AuditEvent]:
    """Write every decision that changes, and return the record of each."""
    ids = [person.pk for person in people.values()]
    held = {(one.user_id, one.role_id): one for one in UserRole.objects.filter(user__in=ids)}
    new: list[UserRole] = []
    moved: dict[str | None, list[int]] = {}
    events = []
    for one in changed:
        person = people[one.row.object_id]
        for role, decision in one.decisions.items():
            grant = held.get((person.pk, role.value)) or UserRole(user=person, role_id=role.value)
            before = state_of(grant)
            grant.decision = decision
            if grant.pk:
                moved.setdefault(decision, []).append(grant.pk)
            else:
                new.append(grant)
            events.append(run.row(ACT_OF_DECISION[decision], person, dict(before), dict(state_of(grant))))
    UserRole.objects.bulk_create(new, batch_size=AT_ONCE)
    for decision, grants in moved.items():
        UserRole.objects.filter(pk__in=grants).update(decision=decision)
    return events


def _lead(run: _Import, changed: Sequence[Planned], people: dict[str, User], tenant_id: str) -> list[AuditEvent]:
    """Set every reporting line that changes, and return the record of each."""
    lines = [one for one in changed if one.is_led_anew]
    wanted = {one.row.authority_id for one in lines if one.row.authority_id}
    found = User.objects.filter(tenant_id=tenant_id, azure_ad_id__in=wanted)
    authorities = {one.azure_ad_id: one for one in found}
    events = []
    led: dict[int | None, list[User]] = {}
    for one in lines:
        person, authority = people[one.row.object_id], authorities.get(one.row.authority_id or "")
        before = person.reporting_authority.name if person.reporting_authority else None
        person.reporting_authority = authority
        led.setdefault(person.reporting_authority_id, []).append(person)
        after = authority.name if authority else None
        events.append(
            run.row("reporting_authority_set", person, {"reporting_authority": before}, {"reporting_authority": after})
        )
    for authority_id, engineers in led.items():
        User.objects.filter(pk__in=[one.pk for one in engineers]).update(reporting_authority=authority_id)
        User.history.bulk_history_create(
            engineers, batch_size=AT_ONCE, update=True, default_user=run.actor, default_date=run.now
        )
    return events
