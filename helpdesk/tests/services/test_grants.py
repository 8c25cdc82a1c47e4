"""The grants follow the ticket within the act's own transaction (P9)."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import Grant, Ticket, TicketUserObjectPermission, User
from helpdesk.models.grants import permissions_of
from helpdesk.services import grants, journal
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from tests.clock import HeldClock
from tests.factories import EngineerFactory, SM1Factory, SM2Factory, a_ticket, an_assignment, in_progress
from tests.races.invariants import broken

pytestmark = pytest.mark.django_db


def held(ticket: Ticket) -> set[tuple[User, str]]:
    """Who holds what on the ticket."""
    rows = TicketUserObjectPermission.objects.filter(content_object=ticket).select_related("user", "permission")
    return {(row.user, row.permission.codename) for row in rows}


def test_raise_ticket_grants_it_to_its_reporter_only() -> None:
    ticket = a_ticket()

    assert held(ticket) == {(ticket.reporter, "report_ticket")}


def test_assign_ticket_grants_the_work_and_a_reassignment_leaves_reading() -> None:
    ticket, first, second = a_ticket(), EngineerFactory(), EngineerFactory()

    an_assignment(ticket=ticket, engineer=first)
    assert held(ticket) == {(ticket.reporter, "report_ticket"), (first, "work_on_ticket")}

    an_assignment(ticket=ticket, engineer=second, comment="Better so.")
    assert held(ticket) == {
        (ticket.reporter, "report_ticket"),
        (first, "read_ticket"),
        (second, "work_on_ticket"),
    }


def test_an_engineer_who_gets_it_back_holds_one_grant_that_works() -> None:
    ticket, first, second = a_ticket(), EngineerFactory(), EngineerFactory()
    for engineer in (first, second, first):
        an_assignment(ticket=ticket, engineer=engineer, comment="Better so.")

    assert held(ticket) - {(ticket.reporter, "report_ticket")} == {(first, "work_on_ticket"), (second, "read_ticket")}
    assert broken() == []


def test_a_reporter_who_gets_their_own_ticket_holds_both_grants() -> None:
    engineer = EngineerFactory()
    ticket = a_ticket(reporter=engineer)
    an_assignment(ticket=ticket, engineer=engineer, confirm_own_ticket=True)

    assert held(ticket) == {(engineer, "report_ticket"), (engineer, "work_on_ticket")}


def test_grants_stay_through_resolution_withdrawal_and_escalation(clock: HeldClock) -> None:
    done, late, gone = in_progress(minutes=600), in_progress(minutes=30), a_ticket()
    before = {ticket: held(ticket) for ticket in (done, late, gone)}

    resolve_ticket(actor=done.assignment.engineer, ticket_id=done.pk, note="Done.")
    withdraw_ticket(actor=gone.reporter, ticket_id=gone.pk, reason="Gone.")
    sweep_escalations(clock.forward(hours=1))

    assert {ticket: held(ticket) for ticket in (done, late, gone)} == before
    assert broken() == []


@pytest.mark.parametrize("act", ["raise", "assign", "reassign"])
def test_an_act_that_fails_leaves_the_grants_as_they_were(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = a_ticket()
    if act == "reassign":
        an_assignment(ticket=ticket)
    before = set(TicketUserObjectPermission.objects.values_list())

    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError("the journal is full")

    monkeypatch.setattr(journal, "record", fail)
    sm2, engineer = SM2Factory(), EngineerFactory()
    acts: dict[str, Callable[[], object]] = {
        "raise": a_ticket,
        "assign": lambda: assign_ticket(actor=sm2, ticket_id=ticket.pk, engineer_id=engineer.pk, comment="Why."),
    }
    with pytest.raises(IntegrityError, match="the journal is full"), transaction.atomic():
        acts.get(act, acts["assign"])()

    assert set(TicketUserObjectPermission.objects.values_list()) == before


def test_a_row_out_of_step_is_found_by_the_invariant() -> None:
    ticket = a_ticket()
    assert broken() == []

    grants.grant_assignee(ticket, EngineerFactory())
    assert broken() == ["grants equal what tickets and assignments say"]

    ticket.user_grants.all().delete()
    assert broken() == ["grants equal what tickets and assignments say"]


def test_the_permissions_are_looked_up_anew_each_time() -> None:
    """A process keeps no id of a permission: rows made anew under another id work at once."""
    a_ticket()
    TicketUserObjectPermission.objects.all().delete()
    permission = Permission.objects.get(codename=Grant.REPORT.value)
    permission.delete()
    permission.save(force_insert=True)
    assert permissions_of(Grant.REPORT).get() == {"pk": permission.pk}

    ticket = a_ticket()

    assert held(ticket) == {(ticket.reporter, "report_ticket")}


def test_reassigning_takes_at_most_25_statements(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ticket, sm1, engineer = a_ticket(), SM1Factory(), EngineerFactory()
    an_assignment(ticket=ticket, by=sm1)

    with django_assert_max_num_queries(25):
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, comment="Better so.")
