"""The numbers of the dashboard equal a recount in plain SQL and the length of the list behind each (rules 8)."""

import random
from datetime import date, timedelta

import pytest
from django.db import transaction

from helpdesk.models import ClosedCount
from helpdesk.selectors import numbers
from helpdesk.selectors.numbers import Chosen
from helpdesk.services import closed_counts
from helpdesk.services.tickets import resolve_ticket, start_ticket
from helpdesk.tests.selectors.histories import Desk, by_hand
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
)
from tests.races.invariants import broken
from workflow.states import Number

pytestmark = pytest.mark.django_db

EVERYTHING = Chosen()
SPANS = ("day", "month")


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_give_the_numbers_of_a_recount_and_of_the_lists(seed):
    desk = Desk(random.Random(seed))
    desk.live(35)

    wrong = []
    for _ in range(8):
        chosen = desk.chosen()
        for user in (desk.master, *desk.authorities):
            told = numbers.counts(user, chosen)
            lengths = {number: numbers.tickets_of(number, user, chosen).count() for number in Number}
            counted = by_hand(None if user is desk.master else user, chosen)
            if not (told == counted == lengths):
                wrong.append((user.name, chosen, told, counted, lengths))

    assert wrong == []
    assert all(by_hand(None, EVERYTHING).values()), "every number counts something, or this proves little"
    assert broken() == []
    assert closed_counts.differing() == 0


def test_a_recount_repairs_what_differs():
    desk = Desk(random.Random(3))
    desk.live(30)
    right = numbers.counts(desk.master, EVERYTHING)
    ClosedCount.objects.filter(engineer=None).update(low_late=7, high_in_time=7, medium_in_time=7)

    assert closed_counts.differing() > 0
    assert numbers.counts(desk.master, EVERYTHING) != right
    closed_counts.recount()
    assert closed_counts.differing() == 0
    assert numbers.counts(desk.master, EVERYTHING) == right


def test_an_act_that_is_undone_is_not_counted():
    promise = a_promise()
    start_ticket(actor=promise.engineer, ticket_id=promise.ticket_id)

    with transaction.atomic():
        resolve_ticket(actor=promise.engineer, ticket_id=promise.ticket_id, note="Done.")
        assert ClosedCount.objects.count() == 4
        transaction.set_rollback(True)

    assert not ClosedCount.objects.exists()


def test_who_is_told_no_numbers_counts_nothing():
    a_promise(engineer=EngineerFactory())
    for person in (ReporterFactory(), EngineerFactory()):
        assert set(numbers.counts(person, EVERYTHING).values()) == {0}
    for person in (SM1Factory(), SM2Factory(), AdminFactory()):
        assert numbers.counts(person, EVERYTHING)[Number.OPEN] == 1
    assert numbers.counts(RAFactory(), EVERYTHING)[Number.OPEN] == 0


@pytest.mark.parametrize(("kind", "most"), [("sm1", 1), ("ra", 2)])
def test_the_numbers_take_one_statement_however_many_tickets_there_are(kind, most, django_assert_max_num_queries):
    person = {"sm1": SM1Factory, "ra": RAFactory}[kind]()
    desk = Desk(random.Random(1))
    desk.live(25)
    numbers.counts(person, EVERYTHING)
    with django_assert_max_num_queries(most):
        numbers.counts(person, Chosen(first=date(2026, 3, 9), last=date(2026, 5, 4)))


def test_spans_hold_every_day_between_once_and_no_other():
    dice, wrong = random.Random(5), []
    for _ in range(400):
        start = date(2024, 2, 1)
        first, last, day = (start + timedelta(dice.randrange(120)) for _ in range(3))
        first, last = dice.choice([first, first.replace(day=1), None]), dice.choice([last, date(2024, 2, 29), None])
        wanted = numbers.spans(first, last)
        times = sum(
            wanted.check({"span": span, "begins": day.replace(day=1) if span == "month" else day}) for span in SPANS
        )
        if times != ((first is None or first <= day) and (last is None or day <= last)):
            wrong.append((first, last, day, times))

    assert wrong == []
