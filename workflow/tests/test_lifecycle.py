"""T3: the declared state machine, every status with every transition, and its protection against other writes."""

from typing import Any, Self

import pytest
from django.apps.registry import Apps
from django.db import models
from django_fsm import TransitionNotAllowed, can_proceed

from workflow.lifecycle import TicketLifecycle
from workflow.states import SOURCES, Act, Status

U, A, P, R, E, X = Status

MOVES = {
    "assign": {U: A},
    "reassign": {A: A, P: A, E: E},
    "start": {A: P},
    "resolve": {P: R, E: X},
    "escalate": {A: E, P: E},
    "withdraw": {U: R},
}


DESK = Apps(["workflow"])
"""A registry of its own, so that these models are nobody else's."""


class Owner(models.Model):
    """Something a ticket may point to."""

    name = models.TextField()

    class Meta:
        app_label = "workflow"
        apps = DESK

    def __str__(self) -> str:
        return self.name


class Ticket(TicketLifecycle):
    """The smallest ticket there is."""

    title = models.TextField()
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, null=True)

    class Meta:
        app_label = "workflow"
        apps = DESK

    def __str__(self) -> str:
        return self.title


class Note(models.Model):
    """Something that hangs on one ticket."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="note")
    text = models.TextField()

    class Meta:
        app_label = "workflow"
        apps = DESK

    def __str__(self) -> str:
        return self.text


class Row:
    """Stands for the ticket's row: answers the question `refresh_from_db` asks and keeps which fields it asked for."""

    def __init__(self, **values: Any) -> None:
        self.values = {"id": 1, "title": "Down", "owner_id": None, "status": "unassigned"} | values
        self.asked: set[str] = set(self.values)
        self.is_gone = False

    def filter(self, **_pk: Any) -> Self:
        return self

    def only(self, *fields: str) -> Self:
        self.asked = set(fields)
        return self

    def get(self) -> Ticket:
        if self.is_gone:
            raise Ticket.DoesNotExist
        names = [one.attname for one in Ticket._meta.concrete_fields if one.attname in self.asked | {"id"}]
        return Ticket.from_db("default", names, [self.values[name] for name in names])


def ticket(status: str = "unassigned") -> Ticket:
    return Row(status=status).get()


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", Status)
def test_t3_every_transition_from_every_status(move, status):
    one = ticket(status.value)
    transition = getattr(one, move)

    assert can_proceed(transition) is (status in MOVES[move])
    if status in MOVES[move]:
        transition()
        assert one.status == MOVES[move][status]
    else:
        with pytest.raises(TransitionNotAllowed):
            transition()
        assert one.status == status


@pytest.mark.parametrize("act", [act for act in Act if act.value in MOVES])
def test_the_declaration_and_the_policies_know_the_same_sources(act):
    assert set(MOVES[act.value]) == SOURCES[act]


def test_t3_a_status_is_not_written_by_hand():
    one = ticket()

    with pytest.raises(AttributeError):
        one.status = "resolved"

    assert one.status == "unassigned"


def test_a_new_ticket_is_unassigned_and_a_constructor_may_say_otherwise():
    assert Ticket(title="Down").status == "unassigned"
    assert Ticket(title="Down", status="escalated").status == "escalated"


def test_refresh_reads_the_status_with_everything_else_in_one_query():
    one, row = ticket(), Row(status="assigned", title="Down again")

    one.refresh_from_db(from_queryset=row)

    assert (one.status, one.title) == ("assigned", "Down again")
    assert row.asked == {"id", "status", "title", "owner_id"}


def test_refresh_of_the_status_alone():
    one = ticket()

    one.refresh_from_db(fields=["status"], from_queryset=Row(status="assigned", title="Down again"))

    assert (one.status, one.title) == ("assigned", "Down")


def test_refresh_of_another_field_leaves_the_status():
    one = ticket()

    one.refresh_from_db(fields=["title"], from_queryset=Row(status="assigned", title="Down again"))

    assert (one.status, one.title) == ("unassigned", "Down again")


def test_refresh_reads_no_status_that_was_never_loaded():
    row = Row(status="assigned")
    deferred = row.only("id", "title").get()

    deferred.refresh_from_db(from_queryset=row)

    assert "status" in deferred.get_deferred_fields()


def test_a_deferred_status_can_be_loaded():
    deferred = Row().only("id", "title").get()

    deferred.refresh_from_db(fields=["status"], from_queryset=Row(status="assigned"))

    assert deferred.status == "assigned"


def test_a_failed_refresh_leaves_the_status_as_it_was():
    one, row = ticket("assigned"), Row()
    row.is_gone = True

    with pytest.raises(Ticket.DoesNotExist):
        one.refresh_from_db(from_queryset=row)

    assert one.status == "assigned"


def test_the_status_stays_protected_during_and_after_a_refresh():
    one, other = ticket(), ticket()

    one.refresh_from_db(from_queryset=Row(status="assigned"))

    assert Ticket._meta.get_field("status").protected
    for each in (one, other):
        with pytest.raises(AttributeError):
            each.status = "resolved"


def test_refresh_forgets_cached_relations_as_django_does():
    one = ticket()
    Ticket._meta.get_field("note").set_cached_value(one, Note(pk=7))
    one._prefetched_objects_cache = {"comments": []}

    one.refresh_from_db(from_queryset=Row(status="assigned"))

    assert not Ticket._meta.get_field("note").is_cached(one)
    assert one._prefetched_objects_cache == {}


def test_a_refresh_of_named_fields_keeps_cached_relations():
    one = ticket()
    note = Note(pk=7)
    Ticket._meta.get_field("note").set_cached_value(one, note)

    one.refresh_from_db(fields=["status"], from_queryset=Row(status="assigned"))

    assert Ticket._meta.get_field("note").get_cached_value(one) is note
