"""Who sees which ticket, comment and list (P6, P8, P9, E2)."""

import pytest
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import Ticket, User
from helpdesk.selectors import access, buckets, people, tickets
from helpdesk.services.comments import add_comment
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.people import claim_roles, decide_role, person_from_entra
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from tests.clock import NOON, HeldClock
from tests.factories import (
    TENANT,
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import TicketMissing
from workflow.roles import ClaimedRoles, Role
from workflow.states import Bucket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> dict[str, User]:
    """A ticket reassigned once, under way, with everybody around it; `ticket` hangs on the reporter's key."""
    authority = RAFactory()
    people_around = {
        "reporter": ReporterFactory(),
        "assignee": EngineerFactory(reporting_authority=authority),
        "past assignee": EngineerFactory(),
        "authority": authority,
        "other authority": RAFactory(),
        "sm1": SM1Factory(),
        "sm2": SM2Factory(),
        "admin": AdminFactory(),
        "other reporter": ReporterFactory(),
        "other engineer": EngineerFactory(),
        "no role": UserFactory(),
        "inactive sm": SM1Factory(is_active=False),
    }
    ticket = a_ticket(reporter=people_around["reporter"])
    an_assignment(ticket=ticket, engineer=people_around["past assignee"])
    in_progress(ticket=ticket, engineer=people_around["assignee"], comment="Better so.", minutes=60)
    return people_around


BEFORE = {"reporter", "assignee", "past assignee", "authority", "sm1", "sm2", "admin"}


@pytest.mark.parametrize(("escalated", "seeing"), [(False, BEFORE), (True, BEFORE | {"other authority"})])
def test_visible_to(cast: dict[str, User], clock: HeldClock, escalated: bool, seeing: set[str]) -> None:
    ticket = Ticket.objects.get()
    if escalated:
        sweep_escalations(clock.forward(hours=1))

    seen = {name for name, user in cast.items() if access.visible_to(user).filter(pk=ticket.pk).exists()}

    assert seen == seeing


def test_the_authorities_still_see_an_escalated_ticket_once_it_is_resolved(
    cast: dict[str, User], clock: HeldClock
) -> None:
    sweep_escalations(clock.forward(hours=1))
    resolve_ticket(actor=cast["assignee"], ticket_id=Ticket.objects.get().pk, note="Done.")

    assert access.visible_to(cast["other authority"]).count() == 1


def test_a_foreign_and_a_missing_ticket_answer_alike(cast: dict[str, User]) -> None:
    ticket = Ticket.objects.get()

    for reference in (ticket.pk, ticket.case_id, 0, 10**20, "N-NOPE-1", "", "'; --", "N-EXP-1001\n", "\uff11\uff12"):
        with pytest.raises(TicketMissing) as missing:
            access.ticket_for(cast["other reporter"], reference)
        assert str(missing.value) == "There is no such ticket."


def test_ticket_for_takes_number_and_case_id_in_any_case(cast: dict[str, User]) -> None:
    ticket = Ticket.objects.get()

    for reference in (ticket.pk, str(ticket.pk), ticket.case_id, f" {ticket.case_id.lower()} "):
        assert access.ticket_for(cast["reporter"], reference) == ticket


def test_the_reporter_reads_public_comments_and_no_timeline(cast: dict[str, User]) -> None:
    ticket = Ticket.objects.get()
    add_comment(actor=cast["assignee"], ticket_id=ticket.pk, body="For all.")
    add_comment(actor=cast["assignee"], ticket_id=ticket.pk, body="For us.", internal=True)

    def read(name: str) -> list[str]:
        return [comment.body for comment in tickets.conversation(cast[name], ticket)]

    assert read("reporter") == ["For all."]
    assert read("past assignee") == read("authority") == read("sm1") == ["For all.", "For us."]
    assert tickets.timeline(cast["reporter"], ticket) == []
    assert len(tickets.timeline(cast["sm2"], ticket)) == 7


def test_a_reporter_who_is_also_an_engineer_elsewhere_reads_nothing_internal() -> None:
    person = EngineerFactory()
    ticket = a_ticket(reporter=person)
    add_comment(actor=SM1Factory(), ticket_id=ticket.pk, body="For us.", internal=True)

    assert list(tickets.conversation(person, ticket)) == []


def test_buckets_hold_what_their_names_say(clock: HeldClock) -> None:
    sm1, engineer, reporter = SM1Factory(), EngineerFactory(), ReporterFactory()
    waiting = a_ticket(reporter=reporter)
    assigned = a_promise(engineer=engineer, minutes=6000).ticket
    done = in_progress(engineer=engineer, minutes=6000)
    resolve_ticket(actor=engineer, ticket_id=done.pk, note="Done.")
    gone = a_ticket()
    withdraw_ticket(actor=gone.reporter, ticket_id=gone.pk, reason="Gone.")
    late, late_done = in_progress(minutes=30), in_progress(minutes=30)
    sweep_escalations(clock.forward(hours=1))
    resolve_ticket(actor=late_done.assignment.engineer, ticket_id=late_done.pk, note="Late.")

    held = {name: set(buckets.bucket(name, sm1)) for name in Bucket if name not in (Bucket.MINE, Bucket.REPORTED)}

    assert held == {
        Bucket.UNASSIGNED: {waiting},
        Bucket.OPEN: {waiting, assigned, late},
        Bucket.ESCALATED: {late},
        Bucket.STRANDED: set(),
        Bucket.RESOLVED: {done},
        Bucket.ESCALATION_RESOLVED: {late_done},
        Bucket.WITHDRAWN: {gone},
        Bucket.BREACHED: {late, late_done},
        Bucket.DECIDED: {done, late, late_done},
    }
    assert list(buckets.bucket(Bucket.MINE, engineer)) == [assigned]
    assert list(buckets.bucket(Bucket.REPORTED, reporter)) == [waiting]


def test_counts_take_one_statement_and_equal_the_lists(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sm1 = SM1Factory()
    for _ in range(3):
        a_ticket()
    an_assignment(by=sm1)
    names = [Bucket.UNASSIGNED, Bucket.OPEN, Bucket.ESCALATED, Bucket.RESOLVED]

    with django_assert_num_queries(1):
        counted = buckets.counts(sm1, names)

    assert counted == {name: buckets.bucket(name, sm1).count() for name in names}
    assert counted[Bucket.UNASSIGNED] == 3
    assert buckets.counts(sm1, []) == {}


def test_an_admins_decision_wins_over_the_claim_in_both_directions() -> None:
    person = person_from_entra(tenant_id=TENANT, azure_ad_id="a", name="Ann", email="ann@corp.example", now=NOON)
    claim_roles(user=person, claimed=ClaimedRoles(roles=frozenset({Role.ENGINEER})), now=NOON)
    decide_role(actor=None, user=person, role=Role.SM1, decision="given", reason="", now=NOON)
    decide_role(actor=None, user=person, role=Role.ENGINEER, decision="withdrawn", reason="", now=NOON)

    for claimed in ({Role.ENGINEER}, set(), {Role.SM1, Role.RA}):
        claim_roles(user=person, claimed=ClaimedRoles(roles=frozenset(claimed)), now=NOON)
        assert people.roles_of(person) == {Role.SM1} | (claimed & {Role.RA})

    decide_role(actor=None, user=person, role=Role.SM1, decision=None, reason="", now=NOON)
    claim_roles(user=person, claimed=ClaimedRoles(), now=NOON)
    assert people.roles_of(person) == frozenset()


def test_people_are_known_by_tenant_and_object_id_never_by_mail() -> None:
    first = person_from_entra(tenant_id=TENANT, azure_ad_id="a", name="Ann", email="ann@corp.example", now=NOON)
    same = person_from_entra(tenant_id=TENANT, azure_ad_id="a", name="Ann Lee", email="lee@corp.example", now=NOON)
    other = person_from_entra(tenant_id="other", azure_ad_id="a", name="Ann", email="lee@corp.example", now=NOON)
    anew = person_from_entra(tenant_id=TENANT, azure_ad_id="b", name="Ann", email="lee@corp.example", now=NOON)

    assert same == first
    assert User.objects.get(pk=first.pk).name == "Ann Lee"
    assert len({first.pk, other.pk, anew.pk}) == 3
