"""What django-guardian would give away by itself, and does not here (P6, P8, P9; reliability 4)."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import ProtectedError
from guardian.shortcuts import assign_perm, get_objects_for_user

from helpdesk.models import Grant, Ticket, TicketUserObjectPermission, User
from helpdesk.models.grants import permissions_of
from helpdesk.selectors import access
from tests.clock import NOON
from tests.factories import EngineerFactory, RAFactory, ReporterFactory, UserFactory, a_ticket, an_assignment
from workflow.errors import TicketMissing
from workflow.visibility import Relation

pytestmark = pytest.mark.django_db

EVERY_GRANT = [one.value for one in Grant]


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def sees(user: User, ticket: Ticket) -> bool:
    """Whether any door to the ticket is open: the scope, the staff's scope, the single ticket."""
    person = again(user)
    try:
        found = access.ticket_for(person, ticket.pk) == ticket
    except TicketMissing:
        found = False
    assert found == access.visible_to(person).filter(pk=ticket.pk).exists()
    assert found or not access.handled_by(person).filter(pk=ticket.pk).exists()
    return found


def test_a_grant_opens_the_ticket_and_its_absence_closes_it() -> None:
    ticket, other = a_ticket(), a_ticket()
    assert sees(ticket.reporter, ticket)
    assert not sees(ticket.reporter, other)

    ticket.user_grants.all().delete()

    assert not sees(ticket.reporter, ticket)


@pytest.mark.parametrize("codename", EVERY_GRANT)
def test_a_global_permission_opens_nothing(codename: str) -> None:
    ticket, person = a_ticket(), EngineerFactory()
    person.user_permissions.add(Permission.objects.get(codename=codename))

    assert not again(person).has_perm(f"helpdesk.{codename}")
    assert not sees(person, ticket)


def test_a_permission_of_another_kind_on_the_ticket_opens_nothing() -> None:
    ticket, person = a_ticket(), EngineerFactory()
    for codename in ("view_ticket", "change_ticket", "delete_ticket"):
        assign_perm(codename, person, ticket)

    assert TicketUserObjectPermission.objects.filter(user=person).count() == 3
    assert not sees(person, ticket)
    assert access.relations_of(person, ticket) == Relation.NONE


def test_a_grant_to_a_group_opens_nothing() -> None:
    ticket, person, group = a_ticket(), EngineerFactory(), Group.objects.create(name="Everybody")
    person.groups.add(group)
    assign_perm("work_on_ticket", group, ticket)
    assert get_objects_for_user(again(person), "helpdesk.work_on_ticket").count() == 1

    assert not sees(person, ticket)


def test_an_inactive_person_sees_nothing_whatever_they_hold() -> None:
    engineer = EngineerFactory()
    ticket = an_assignment(engineer=engineer).ticket
    assert sees(engineer, ticket)

    User.objects.filter(pk=engineer.pk).update(is_active=False)

    assert get_objects_for_user(again(engineer), "helpdesk.work_on_ticket").count() == 1
    assert not sees(engineer, ticket)


def test_a_person_whose_last_role_is_gone_sees_nothing_whatever_they_hold() -> None:
    engineer = EngineerFactory()
    ticket = an_assignment(engineer=engineer).ticket

    engineer.user_roles.all().delete()

    assert not sees(engineer, ticket)


def test_nobody_stands_for_anonymous_people() -> None:
    assert not User.objects.filter(username__icontains="anonymous").exists()


def test_a_superuser_without_a_role_sees_nothing() -> None:
    ticket, person = a_ticket(), UserFactory(is_superuser=True)

    assert person.has_perm("helpdesk.work_on_ticket", ticket)
    assert not sees(person, ticket)


def test_no_grant_outlives_its_ticket() -> None:
    ticket = a_ticket()
    with pytest.raises(ProtectedError):
        ticket.delete()
    bare = Ticket(
        case_id="N-NEW-1001",
        application=ticket.application,
        reporter=ticket.reporter,
        title="Without a history",
        description="So that the database lets it go.",
        priority="low",
        reported_date=NOON.date(),
        created_at=NOON,
        updated_at=NOON,
    )
    bare.save()
    person, pk = EngineerFactory(), bare.pk
    assign_perm("work_on_ticket", person, bare)
    assert sees(person, bare)

    bare.delete()
    assert not TicketUserObjectPermission.objects.filter(user=person).exists()

    bare.pk, bare.case_id = pk, "N-NEW-1002"
    bare.save(force_insert=True)
    assert not sees(person, bare)


def test_has_perm_says_what_the_grants_say_and_never_more_than_is_seen() -> None:
    """It is asked nowhere (tests/house): it knows no roles. What it says of people with roles agrees with the scope."""
    reporter, engineer, past, authority = ReporterFactory(), EngineerFactory(), EngineerFactory(), RAFactory()
    ticket = a_ticket(reporter=reporter)
    an_assignment(ticket=ticket, engineer=past)
    an_assignment(ticket=ticket, engineer=engineer, comment="Better so.")
    a_ticket()

    said = {
        (person, codename): again(person).has_perm(f"helpdesk.{codename}", ticket)
        for person in (reporter, engineer, past, authority, EngineerFactory())
        for codename in EVERY_GRANT
    }

    assert {pair for pair, holds in said.items() if holds} == {
        (reporter, "report_ticket"),
        (engineer, "work_on_ticket"),
        (past, "read_ticket"),
    }
    assert all(sees(person, ticket) for (person, _), holds in said.items() if holds)


def test_relations_are_what_the_grants_say() -> None:
    authority = RAFactory()
    reporter, past = ReporterFactory(), EngineerFactory(reporting_authority=authority)
    engineer = EngineerFactory(reporting_authority=authority)
    ticket = a_ticket(reporter=reporter)
    an_assignment(ticket=ticket, engineer=past)
    an_assignment(ticket=ticket, engineer=engineer, comment="Better so.")
    ticket = Ticket.objects.get()

    found = {person: access.relations_of(person, ticket) for person in (reporter, past, engineer, authority)}

    assert found == {
        reporter: Relation.REPORTER,
        past: Relation.PAST_ASSIGNEE,
        engineer: Relation.ASSIGNEE,
        authority: Relation.RA_OF_ENGINEER,
    }
    assert access.relations_of(EngineerFactory(), ticket) == Relation.NONE


def test_relations_are_asked_once_until_the_ticket_changes(django_assert_num_queries) -> None:
    engineer = EngineerFactory()
    ticket = Ticket.objects.get(pk=an_assignment(engineer=engineer).ticket_id)

    with django_assert_num_queries(1):
        assert access.relations_of(engineer, ticket) == access.relations_of(engineer, ticket) == Relation.ASSIGNEE

    an_assignment(ticket=ticket, comment="Better so.")
    ticket.refresh_from_db()
    assert access.relations_of(engineer, ticket) == Relation.PAST_ASSIGNEE


def test_the_permissions_are_those_of_tickets() -> None:
    other = ContentType.objects.get(app_label="helpdesk", model="comment")
    Permission.objects.create(codename="read_ticket", name="of something else", content_type=other)

    assert permissions_of(Grant.READ).count() == 1
