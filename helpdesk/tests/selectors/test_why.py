"""Why this due time: the chain of decisions ends at the due time that is stored, and is told to the staff only (B04, B06)."""

import itertools
import os
import random
from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors.tickets import timeline
from helpdesk.selectors.why import why_due
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.chain import Step, chain_of
from workflow.errors import WorkflowError
from workflow.states import Level

pytestmark = pytest.mark.django_db

HISTORIES = int(os.environ.get("HISTORIES", "2"))


def due_times(steps: tuple[Step, ...]) -> list[tuple[str | None, str]]:
    """Before and after of each step, as clock times."""
    return [(f"{one.due_from:%H:%M}" if one.due_from else None, f"{one.due_to:%H:%M}") for one in steps]


def test_the_chain_tells_who_decided_what_and_why():
    """B04: assigned behind another, promised, moved by a reorder with its comment."""
    asha, maya = EngineerFactory(name="Asha"), SM1Factory(name="Maya")
    application = ApplicationFactory(code="EXP")
    first = in_progress(ticket=a_ticket(application=application), engineer=asha, by=maya, minutes=60)
    second = a_promise(ticket=a_ticket(application=application), engineer=asha, by=maya, minutes=120)
    third = a_promise(ticket=a_ticket(application=application), engineer=asha, by=maya, minutes=60)
    held.forward(minutes=5)
    reorder_queue(actor=maya, engineer_id=asha.pk, order=[third.pk, second.pk], comment="Payroll first.")

    steps = why_due(maya, second.ticket)

    assert due_times(steps) == [(None, "21:00"), ("21:00", "15:00"), ("15:00", "16:00")]
    assert steps[0].said == f"Maya assigned it to Asha, lined up behind {first.case_id}"
    assert [one.kind for one in steps] == ["expected", "due", "due"]
    assert steps[1].said == "Asha promised 2 h of work"
    assert "Maya" in steps[2].said
    assert third.ticket.case_id in steps[2].said
    assert steps[2].because == "Payroll first."
    assert steps[2].at == held.moment


def test_an_extension_names_both_who_agreed():
    """B04: the approvers and their comments stand in the chain of the ticket, the cause in that of those behind."""
    asha, sam, sara = EngineerFactory(), SM1Factory(name="Sam"), SM2Factory(name="Sara")
    first = in_progress(engineer=asha, minutes=60)
    behind = a_promise(engineer=asha, minutes=60)
    request_extension(actor=asha, ticket_id=first.pk, extra_minutes=30, comment="The supplier is slow.")
    decide_extension(actor=sam, ticket_id=first.pk, approve=True, comment="Fine.")
    decide_extension(actor=sara, ticket_id=first.pk, approve=True)

    own, pushed = why_due(sam, first)[-1], why_due(sam, behind.ticket)[-1]

    assert own.said == "Sam and Sara agreed to 30 min more"
    assert own.because == "Fine."
    assert due_times((own, pushed)) == [("13:00", "13:30"), ("14:00", "14:30")]
    assert first.case_id in pushed.said


def test_a_ticket_handed_on_begins_anew_and_an_escalated_one_keeps_its_due_time():
    """B04, E3: the chain of an escalated ticket goes on with the next engineer, its due time stays."""
    maya = SM1Factory(name="Maya")
    handed = a_promise(minutes=60, by=maya)
    late = in_progress(minutes=60, by=maya)
    given = an_assignment(ticket=handed.ticket, by=maya, comment="Asha is away.")
    due_at = Assignment.objects.get(ticket=late).due_at
    sweep_escalations(held.forward(hours=2))
    an_assignment(ticket=late, by=maya, comment="Somebody else tries.")

    anew, kept = why_due(maya, given.ticket), why_due(maya, late)

    assert len(anew) == 1
    assert anew[0].due_to == given.due_at
    assert [one.due_to for one in kept[-2:]] == [due_at, due_at]
    assert kept[-1].said.endswith("; the due time that passed stays")
    assert len(kept) == 4


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_the_chain_of_every_ticket_ends_at_its_stored_due_time(seed: int) -> None:
    """B04: after any acts through the services; and each step begins where the one before it ended."""
    history = History(random.Random(seed))
    for _ in range(50):
        history.act()

    assert history.done >= 12
    reader = history.masters[0]
    for ticket in Ticket.objects.select_related("assignment").filter(assignment__isnull=False):
        steps = why_due(reader, ticket)
        assert steps[-1].due_to == ticket.assignment.due_at, ticket.case_id
        assert steps[-1].is_promise == (ticket.assignment.is_committed or ticket.escalated_at is not None)
        for before, after in itertools.pairwise(steps):
            assert after.due_from == before.due_to
        assert steps == chain_of(timeline(reader, ticket))


class History:
    """Acts of everybody, drawn one after the other; what the rules refuse changes nothing."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.done = draw, 0
        self.masters = [SM1Factory(), SM2Factory(), SM1Factory(roles=["sm1", "sm2"])]
        self.engineers = [EngineerFactory(), EngineerFactory()]
        self.tickets = [a_ticket(application=ApplicationFactory(), priority="high") for _ in range(7)]

    def act(self) -> None:
        held.forward(minutes=self.draw.choice((0, 1, 10, 25)))
        if self.draw.random() < 0.2:
            sweep_escalations(held.moment)
        acts = (
            self._assign,
            self._assign,
            self._commit,
            self._commit,
            self._start,
            self._reorder,
            self._ask,
            self._decide,
        )
        try:
            with transaction.atomic():
                self.draw.choice((*acts, self._resolve) if self.draw.random() < 0.3 else acts)()
            self.done += 1
        except WorkflowError:
            pass

    def _ticket(self) -> Ticket:
        return Ticket.objects.select_related("assignment__engineer").get(pk=self.draw.choice(self.tickets).pk)

    def _worker(self, ticket: Ticket) -> User:
        return ticket.assignment.engineer if ticket.assignment else self.engineers[0]

    def _assign(self) -> None:
        master, engineer = self.draw.choice(self.masters), self.draw.choice(self.engineers)
        place = self.draw.choice((None, None, 1, 2))
        told = {"assign_anyway": True, "comment": "It fits better.", "place": place}
        assign_ticket(actor=master, ticket_id=self._ticket().pk, engineer_id=engineer.pk, **told)

    def _commit(self) -> None:
        ticket, minutes = self._ticket(), self.draw.choice((20, 60, 240, 400))
        commit_ticket(actor=self._worker(ticket), ticket_id=ticket.pk, resolution_minutes=minutes)

    def _start(self) -> None:
        ticket = self._ticket()
        start_ticket(actor=self._worker(ticket), ticket_id=ticket.pk)

    def _resolve(self) -> None:
        ticket = self._ticket()
        resolve_ticket(actor=self._worker(ticket), ticket_id=ticket.pk, note="Done.")

    def _reorder(self) -> None:
        engineer, master = self.draw.choice(self.engineers), self.draw.choice(self.masters)
        waiting = Assignment.objects.filter(engineer=engineer, place__isnull=False).order_by("place")
        order = list(waiting.values_list("pk", flat=True))
        self.draw.shuffle(order)
        reorder_queue(actor=master, engineer_id=engineer.pk, order=order, comment="Better so.")

    def _ask(self) -> None:
        ticket = self._ticket()
        told = {"extra_minutes": self.draw.choice((15, 90)), "comment": "It takes longer."}
        request_extension(actor=self._worker(ticket), ticket_id=ticket.pk, **told)

    def _decide(self) -> None:
        approve = self.draw.random() < 0.8
        for level, master in ((Level.SM1, self.masters[0]), (Level.SM2, self.masters[1])):
            decide_extension(actor=master, ticket_id=self._asked(), level=level, approve=approve)

    def _asked(self) -> int:
        pending = Ticket.objects.filter(extension__status="pending").values_list("pk", flat=True)
        return self.draw.choice(list(pending)) if pending else self.tickets[0].pk


def test_a_mere_reporter_is_told_no_chain():
    """B06: the chain names other cases; whoever only reported the ticket has none of it, whatever else they are."""
    reporter = ReporterFactory(roles=["reporter", "engineer"])
    given = an_assignment(ticket=a_ticket(reporter=reporter))

    assert why_due(reporter, given.ticket) == ()


def test_engineer_reporting_authority_and_scrum_masters_are_told():
    """P9: those who work with the ticket."""
    authority = RAFactory()
    given = an_assignment(engineer=EngineerFactory(reporting_authority=authority))

    assert {len(why_due(one, given.ticket)) for one in (given.engineer, authority, SM1Factory(), SM2Factory())} == {1}


def test_the_chain_takes_one_statement_besides_the_question_who_sees_it(django_assert_num_queries):
    asha, maya = EngineerFactory(), SM1Factory()
    for _ in range(4):
        given = a_promise(engineer=asha, by=maya, minutes=30)
    why_due(maya, given.ticket)

    with django_assert_num_queries(1):
        assert len(why_due(maya, given.ticket)) == 2


def test_nothing_is_told_of_a_ticket_nobody_has():
    assert why_due(SM1Factory(), a_ticket()) == ()


def test_time_passing_alone_adds_nothing():
    given = a_promise(minutes=600)
    before = why_due(given.engineer, given.ticket)
    held.set(held.moment + timedelta(hours=5))

    assert why_due(given.engineer, given.ticket) == before
