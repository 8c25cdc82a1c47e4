"""Several tickets at once to one engineer, and who gets none (A2, A4, A5, A6, A7)."""

import pytest

from helpdesk.models import Notification, Ticket, User
from helpdesk.selectors import tickets
from helpdesk.services.assignment import MOST_AT_ONCE, assign_many, assign_ticket
from helpdesk.services.tickets import withdraw_ticket
from helpdesk.tests.services.lined import line, places, rows
from tests.factories import (
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
)
from workflow.errors import (
    AssignedBySm2,
    ChangedSinceLoaded,
    EngineerBusy,
    FieldInvalid,
    LevelNotHeld,
    NotInPool,
    OwnTicket,
    PersonMissing,
    RoleNeeded,
    SameEngineer,
    TicketMissing,
    WorkflowError,
    WrongStatus,
)
from workflow.states import Level

pytestmark = pytest.mark.django_db


def test_assign_many_gives_them_in_the_chosen_order(asha: User) -> None:
    sm1 = SM1Factory()
    chosen = [a_ticket(priority="high") for _ in range(3)]
    order = [chosen[2].pk, chosen[0].pk, chosen[1].pk]

    given = assign_many(actor=sm1, ticket_ids=[*order, order[0]], engineer_id=asha.pk)

    assert [one.ticket_id for one in given] == order
    assert [one.place for one in given] == [1, 2, 3]
    assert [one.queued_after for one in given] == [None, given[0], given[1]]
    assert [one.starts_at for one in given[1:]] == [one.due_at for one in given[:2]]
    assert Notification.objects.filter(kind="assigned", recipient=asha).count() == 3


def test_a5_assign_many_asks_once_about_who_held_work_before(asha: User) -> None:
    held = a_promise(engineer=asha)
    chosen = [a_ticket().pk, a_ticket().pk]
    before = rows()

    with pytest.raises(EngineerBusy) as busy:
        assign_many(actor=SM1Factory(), ticket_ids=chosen, engineer_id=asha.pk)

    assert busy.value.data["open_tickets"] == [held.ticket.case_id]
    assert rows() == before
    assign_many(actor=SM1Factory(), ticket_ids=chosen, engineer_id=asha.pk, assign_anyway=True)
    assert places(asha) == [1, 2, 3]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        pytest.param("assigned meanwhile", ChangedSinceLoaded, id="A6 assigned meanwhile"),
        pytest.param("withdrawn", WrongStatus, id="withdrawn"),
        pytest.param("own ticket", OwnTicket, id="A7 the engineer's own"),
        pytest.param("assigned by sm2", AssignedBySm2, id="A2 assigned by SM2"),
        pytest.param("already theirs", SameEngineer, id="self-reassignment"),
    ],
)
def test_assign_many_is_all_or_nothing_and_the_refusal_names_the_ticket(
    asha: User, bad: str, error: type[WorkflowError]
) -> None:
    sm1, first, second = SM1Factory(), a_ticket(), a_ticket(reporter=asha if bad == "own ticket" else None)
    seen = (
        {ticket.pk: tickets.version_of(ticket) for ticket in (first, second)} if bad == "assigned meanwhile" else None
    )
    if bad == "withdrawn":
        withdraw_ticket(actor=sm1, ticket_id=second.pk, reason="Twice.")
    elif bad == "already theirs":
        an_assignment(ticket=second, engineer=asha)
    elif bad != "own ticket":
        an_assignment(ticket=second, by=SM2Factory())
    before = rows()

    with pytest.raises(error) as refused:
        assign_many(
            actor=sm1,
            ticket_ids=[first.pk, second.pk],
            engineer_id=asha.pk,
            seen=seen,
            comment="All.",
            assign_anyway=True,
        )

    assert refused.value.data["case_id"] == second.case_id
    assert rows() == before
    assert Ticket.objects.get(pk=first.pk).status == "unassigned"


@pytest.mark.parametrize("many", [[], list(range(1, MOST_AT_ONCE + 2))], ids=["none", "too many"])
def test_assign_many_takes_some_but_not_too_many(asha: User, many: list[int]) -> None:
    with pytest.raises(FieldInvalid):
        assign_many(actor=SM1Factory(), ticket_ids=many, engineer_id=asha.pk)


@pytest.mark.parametrize(
    ("roles", "level", "error"),
    [
        pytest.param(["sm1"], Level.SM2, LevelNotHeld, id="A4 a forged level"),
        pytest.param(["engineer", "admin"], None, RoleNeeded, id="no scrum master"),
    ],
)
def test_assign_many_is_for_scrum_masters_at_their_own_level(
    asha: User, roles: list[str], level: Level | None, error: type[WorkflowError]
) -> None:
    actor = UserFactory(roles=roles)
    ticket = a_ticket(reporter=actor)

    with pytest.raises(error):
        assign_many(actor=actor, ticket_ids=[ticket.pk], engineer_id=asha.pk, level=level)

    assert line(asha) == []


@pytest.mark.parametrize("place", [None, 1])
@pytest.mark.parametrize("bad", ["inactive", "role withdrawn", "never an engineer", "unknown"])
def test_a7_who_is_not_in_the_pool_gets_nothing(bad: str, place: int | None) -> None:
    engineer = ReporterFactory() if bad == "never an engineer" else EngineerFactory()
    if bad == "inactive":
        User.objects.filter(pk=engineer.pk).update(is_active=False)
    elif bad == "role withdrawn":
        engineer.user_roles.update(is_claimed=False)
    ticket, sm1 = a_ticket(), SM1Factory()
    engineer_id = 987_654 if bad == "unknown" else engineer.pk
    error = PersonMissing if bad == "unknown" else NotInPool

    with pytest.raises(error):
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer_id, place=place)
    with pytest.raises(error):
        assign_many(actor=sm1, ticket_ids=[ticket.pk], engineer_id=engineer_id)

    assert Ticket.objects.get(pk=ticket.pk).status == "unassigned"


def test_a_ticket_that_does_not_exist_is_missing_in_every_list(asha: User) -> None:
    with pytest.raises(TicketMissing):
        assign_many(actor=SM1Factory(), ticket_ids=[a_ticket().pk, 987_654], engineer_id=asha.pk)

    assert line(asha) == []
