"""Roles from two sources, who may be here, and to whom broken promises go (P3-P5, P8); every change leaves a record (P4)."""

from collections.abc import Collection

import pytest
from django.db import DatabaseError, connection, transaction

from helpdesk import trace
from helpdesk.models import AuditEvent, User, UserRole
from helpdesk.selectors import buckets, holdings
from helpdesk.selectors.people import engineers, granted_roles
from helpdesk.services import audit, people
from tests.clock import NOON, HeldClock
from tests.factories import AdminFactory, EngineerFactory, RAFactory, SM1Factory, UserFactory, a_promise, an_assignment
from workflow.errors import (
    AssignerForged,
    AuthorityWithoutRole,
    LastAdmin,
    LevelNotHeld,
    OwnAuthority,
    PersonChanged,
    ReasonRequired,
    RoleNeeded,
)
from workflow.roles import ClaimedRoles, Role
from workflow.states import Bucket, Level

pytestmark = pytest.mark.django_db

GIVEN, WITHDRAWN = UserRole.Decision.GIVEN.value, UserRole.Decision.WITHDRAWN.value


def decide(actor: User | None, user: User, role: Role, decision: str | None, reason: str = "Asked for") -> None:
    people.decide_roles(actor=actor, user=user, decisions={role: decision}, reason=reason, now=NOON)


def claims(*roles: Role, unknown: Collection[Role] = ()) -> ClaimedRoles:
    return ClaimedRoles(roles=frozenset(roles), unknown=frozenset(unknown))


def acts_about(person: User) -> list[str]:
    return list(AuditEvent.objects.filter(subject=person).order_by("pk").values_list("act", flat=True))


CLAIM_STATES = {
    "added": claims(Role.ENGINEER, Role.SM1, Role.RA),
    "removed": claims(Role.RA),
    "absent": claims(),
    "overage": claims(unknown=Role),
}


@pytest.mark.parametrize("state", CLAIM_STATES)
def test_an_admins_decisions_survive_a_hundred_sign_ins(state: str) -> None:
    """P3: whatever the claim does, in both directions of the decision."""
    admin, person = AdminFactory(), UserFactory(roles=["engineer", "ra"])
    decide(admin, person, Role.SM1, GIVEN)
    decide(admin, person, Role.ENGINEER, WITHDRAWN)

    for _ in range(100):
        people.claim_roles(user=person, claimed=CLAIM_STATES[state], now=NOON)

    keeps_ra = {Role.RA} if state != "absent" else set()
    assert granted_roles(person.pk) == {Role.SM1} | keeps_ra


def test_a_claim_that_stays_the_same_leaves_no_record() -> None:
    person = UserFactory()

    for _ in range(3):
        people.claim_roles(user=person, claimed=claims(Role.SM1), now=NOON)

    assert acts_about(person) == ["role_claimed"]


def test_an_overage_takes_only_the_roles_its_claim_could_give_out_of_the_question() -> None:
    person = UserFactory(roles=["engineer", "sm1"])

    people.claim_roles(user=person, claimed=claims(Role.RA, unknown={Role.ENGINEER, Role.RA}), now=NOON)

    assert granted_roles(person.pk) == {Role.ENGINEER, Role.RA}


def test_letting_entra_decide_again_brings_the_claim_back() -> None:
    admin, person = AdminFactory(), UserFactory(roles=["engineer"])
    decide(admin, person, Role.ENGINEER, WITHDRAWN)

    decide(admin, person, Role.ENGINEER, None)

    assert granted_roles(person.pk) == {Role.ENGINEER}
    assert acts_about(person) == ["role_withdrawn", "role_left_to_entra"]


def test_every_change_of_a_role_says_who_whom_which_from_where_and_when() -> None:
    """P4."""
    admin, person = AdminFactory(), UserFactory(roles=["engineer"])
    token = trace.request_id.set("req-12345678")

    decide(admin, person, Role.ENGINEER, WITHDRAWN, "Moved on")
    trace.request_id.reset(token)

    event = AuditEvent.objects.get(subject=person)
    assert (event.actor, event.act, event.subject_label) == (admin, "role_withdrawn", person.name)
    assert event.before == {"role": "engineer", "holds": True, "source": "azure"}
    assert event.after == {"role": "engineer", "holds": False, "source": "admin"}
    assert (event.reason, event.request_id, event.timestamp) == ("Moved on", "req-12345678", NOON)


def test_the_record_cannot_be_changed_or_deleted() -> None:
    decide(AdminFactory(), UserFactory(), Role.SM1, GIVEN)

    for sql in ("UPDATE helpdesk_auditevent SET reason = ''", "DELETE FROM helpdesk_auditevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("roles", [[], ["reporter"], ["sm1", "sm2", "engineer", "ra"]], ids=["none", "user", "staff"])
def test_only_an_admin_decides_about_people(roles: list[str]) -> None:
    actor, person = UserFactory(roles=roles), UserFactory()

    for act in (
        lambda: decide(actor, person, Role.ADMIN, GIVEN),
        lambda: decide(actor, actor, Role.ADMIN, GIVEN),
        lambda: people.set_active(actor=actor, user=person, is_active=False, reason="x", now=NOON),
        lambda: people.end_sessions(actor=actor, user=person, reason="x", now=NOON),
        lambda: people.set_reporting_authority(actor=actor, engineer=person, authority=None, reason="x", now=NOON),
    ):
        with pytest.raises(RoleNeeded):
            act()

    assert not AuditEvent.objects.exists()


def test_an_admin_whose_role_was_withdrawn_a_moment_ago_decides_nothing() -> None:
    first, second = AdminFactory(), AdminFactory()
    second.desk_roles = frozenset({Role.ADMIN})  # type: ignore[attr-defined]
    decide(first, second, Role.ADMIN, WITHDRAWN)

    with pytest.raises(RoleNeeded):
        decide(second, first, Role.ADMIN, WITHDRAWN)


@pytest.mark.parametrize("reason", ["", " \n", "\u200b"])
def test_a_decision_needs_a_reason_one_can_see(reason: str) -> None:
    with pytest.raises(ReasonRequired):
        decide(AdminFactory(), UserFactory(), Role.SM1, GIVEN, reason)


def test_a_decision_made_meanwhile_is_not_overwritten() -> None:
    admin, person = AdminFactory(), UserFactory()
    decide(AdminFactory(), person, Role.SM1, WITHDRAWN)

    with pytest.raises(PersonChanged):
        people.decide_roles(
            actor=admin, user=person, decisions={Role.SM1: GIVEN}, seen={Role.SM1: None}, reason="x", now=NOON
        )

    assert granted_roles(person.pk) == frozenset()


def test_the_last_admin_stays_and_the_whole_decision_is_undone() -> None:
    admin = AdminFactory()

    with pytest.raises(LastAdmin):
        people.decide_roles(
            actor=admin, user=admin, decisions={Role.SM1: GIVEN, Role.ADMIN: WITHDRAWN}, reason="x", now=NOON
        )
    with pytest.raises(LastAdmin):
        people.set_active(actor=admin, user=admin, is_active=False, reason="x", now=NOON)

    assert granted_roles(admin.pk) == {Role.ADMIN}
    assert User.objects.get(pk=admin.pk).is_active
    assert not AuditEvent.objects.exists()


def test_an_inactive_admin_does_not_count_as_one() -> None:
    admin, other = AdminFactory(), AdminFactory()
    people.set_active(actor=admin, user=other, is_active=False, reason="x", now=NOON)

    with pytest.raises(LastAdmin):
        decide(admin, admin, Role.ADMIN, WITHDRAWN)


def test_letting_entra_decide_about_the_last_admin_is_refused_where_it_claims_nothing() -> None:
    admin = UserFactory()
    decide(None, admin, Role.ADMIN, GIVEN)

    with pytest.raises(LastAdmin):
        decide(admin, admin, Role.ADMIN, None)


def test_deactivating_takes_somebody_out_of_the_pool_and_lists_their_open_tickets() -> None:
    """P8."""
    master, engineer = SM1Factory(), EngineerFactory()
    ticket = a_promise(engineer=engineer).ticket
    other = an_assignment().ticket
    assert buckets.counts(master, [Bucket.STRANDED]) == {Bucket.STRANDED: 0}

    people.set_active(actor=AdminFactory(), user=engineer, is_active=False, reason="Left", now=NOON)

    assert engineer not in engineers()
    assert list(buckets.bucket(Bucket.STRANDED, master)) == [ticket]
    assert other not in buckets.bucket(Bucket.STRANDED, master)
    assert buckets.counts(master, [Bucket.STRANDED]) == {Bucket.STRANDED: 1}


def test_losing_the_role_engineer_lists_their_open_tickets_likewise() -> None:
    """P8."""
    engineer = EngineerFactory()
    ticket = an_assignment(engineer=engineer).ticket

    decide(AdminFactory(), engineer, Role.ENGINEER, WITHDRAWN)

    assert list(buckets.bucket(Bucket.STRANDED, SM1Factory())) == [ticket]
    assert [one.ticket for one in holdings.holdings_of(engineer).tickets] == [ticket]


def test_activating_again_is_recorded_and_done_once() -> None:
    admin, person = AdminFactory(), UserFactory(is_active=False)

    for _ in range(2):
        people.set_active(actor=admin, user=person, is_active=True, reason="Back", now=NOON)

    assert acts_about(person) == ["person_activated"]


def test_the_reporting_authority_is_set_changed_and_taken_away() -> None:
    """P5."""
    admin, engineer, first, second = AdminFactory(), EngineerFactory(), RAFactory(), RAFactory()

    for authority in (first, second, second, None):
        people.set_reporting_authority(actor=admin, engineer=engineer, authority=authority, reason="x", now=NOON)

    moves = [
        (event.before["reporting_authority"], event.after["reporting_authority"])
        for event in AuditEvent.objects.filter(subject=engineer).order_by("pk")
    ]
    assert moves == [(None, first.name), (first.name, second.name), (second.name, None)]
    assert engineer.history.filter(history_user=admin).count() == 3


def test_nobody_is_their_own_authority_and_an_authority_holds_the_role() -> None:
    """P5."""
    admin, engineer = AdminFactory(), EngineerFactory()
    both = UserFactory(roles=["engineer", "ra"])
    gone = RAFactory(is_active=False)

    for person, authority, error in (
        (both, both, OwnAuthority),
        (engineer, SM1Factory(), AuthorityWithoutRole),
        (engineer, gone, AuthorityWithoutRole),
    ):
        with pytest.raises(error):
            people.set_reporting_authority(actor=admin, engineer=person, authority=authority, reason="x", now=NOON)

    assert not AuditEvent.objects.exists()


def test_a_forged_identity_is_kept_and_another_refusal_is_not(clock: HeldClock) -> None:
    """A4: the act is undone, the record of the attempt is not."""
    actor = SM1Factory()

    audit.note_refusal(error=LevelNotHeld(level=Level.SM2), actor=actor)
    audit.note_refusal(error=AssignerForged(), actor=actor)
    assert audit.note_refusal(error=ReasonRequired(), actor=actor) is None

    events = AuditEvent.objects.order_by("pk")
    assert [(one.act, one.actor, one.after["code"]) for one in events] == [
        ("forged_identity", actor, "level_not_held"),
        ("forged_identity", actor, "assigner_forged"),
    ]


def test_an_act_that_is_not_in_the_table_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        audit.note(act="something_else", actor=None, now=NOON)
