"""The conversation on a ticket: who may speak, who hears of it, what is said once (T6, P9)."""

from uuid import uuid4

import pytest

from helpdesk.models import Comment, Notification, Ticket, TicketEvent, User
from helpdesk.services.comments import add_comment
from tests.factories import (
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import FieldInvalid, InternalNotAllowed, ReadOnly, TicketMissing

pytestmark = pytest.mark.django_db


def told(ticket: Ticket, kind: str) -> set[User]:
    return {row.recipient for row in Notification.objects.filter(ticket=ticket, kind=kind).select_related("recipient")}


def test_public_comments_go_to_reporter_and_assignee_but_not_to_their_author() -> None:
    ticket = in_progress()
    engineer = ticket.assignment.engineer

    add_comment(actor=engineer, ticket_id=ticket.pk, body="Looking at it.")
    assert told(ticket, "commented") == {ticket.reporter}
    add_comment(actor=SM1Factory(), ticket_id=ticket.pk, body="Thank you both.")

    assert told(ticket, "commented") == {ticket.reporter, engineer}


def test_internal_comments_never_go_to_the_reporter() -> None:
    sm1 = SM1Factory()
    ticket = in_progress(by=sm1)

    add_comment(actor=SM2Factory(), ticket_id=ticket.pk, body="Between us.", internal=True)

    assert told(ticket, "commented") == {ticket.assignment.engineer, sm1}
    with pytest.raises(InternalNotAllowed):
        add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body="Me too.", internal=True)


def test_who_may_comment() -> None:
    assignment = an_assignment()
    ticket, past = assignment.ticket, assignment.engineer
    authority = RAFactory()
    an_assignment(ticket=ticket, engineer=EngineerFactory(reporting_authority=authority), comment="Better so.")

    assert add_comment(actor=authority, ticket_id=ticket.pk, body="I am watching.")
    with pytest.raises(ReadOnly):
        add_comment(actor=past, ticket_id=ticket.pk, body="I was there.")
    for stranger in (ReporterFactory(), EngineerFactory(), RAFactory()):
        with pytest.raises(TicketMissing):
            add_comment(actor=stranger, ticket_id=ticket.pk, body="Hello.")


def test_the_same_comment_sent_twice_stands_once() -> None:
    ticket, key = a_ticket(), uuid4()

    said = [add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body="Once.", request_key=key) for _ in range(2)]

    assert said[0] == said[1]
    assert Comment.objects.count() == 1
    assert TicketEvent.objects.filter(ticket=ticket, action="comment_added").count() == 1


@pytest.mark.parametrize("body", ["", " \u200b", "x" * 20_001])
def test_a_comment_says_something_within_its_limits(body: str) -> None:
    ticket = a_ticket()

    with pytest.raises(FieldInvalid):
        add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body=body)
