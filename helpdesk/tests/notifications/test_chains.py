"""Mails in which a due time moved tell why, to those who work on the ticket (B04, B06, X3)."""

import pytest

from helpdesk.models import Notification
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.render import Mail, render
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.reordering import reorder_queue
from helpdesk.tests.notifications.test_render import in_words, unwrapped
from tests.clock import held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    in_progress,
)

pytestmark = pytest.mark.django_db


def mails(kind: str) -> dict[int, Mail]:
    """Every mail of a kind by its recipient."""
    return {row.recipient_id: render(Letter.read(row.pk)) for row in Notification.objects.filter(kind=kind)}


def forms(mail: Mail) -> tuple[str, str]:
    return unwrapped(mail.text), in_words(mail.html)


def test_due_moved_tells_the_chain_of_every_case_it_moved():
    """B04: from what to what and why, as it stood after the decision, in both forms."""
    engineer, maya = EngineerFactory(name="Asha"), SM1Factory(name="Maya")
    application = ApplicationFactory(code="EXP")
    first, second = (
        a_promise(ticket=a_ticket(application=application), engineer=engineer, by=maya, minutes=minutes)
        for minutes in (60, 120)
    )
    held.forward(minutes=5)
    reorder_queue(actor=maya, engineer_id=engineer.pk, order=[second.pk, first.pk], comment="Payroll <b>first</b>.")
    held.forward(minutes=5)
    reorder_queue(actor=maya, engineer_id=engineer.pk, order=[first.pk, second.pk], comment="Back again.")

    row = Notification.objects.filter(kind="due_moved").order_by("pk")[0]
    mail = render(Letter.read(row.pk))

    for said in forms(mail):
        assert "Why N-EXP-1001 is due then, UTC" in said
        assert "4 Mar 12:00, Maya assigned it to Asha; expected 4 Mar 20:00" in said
        assert "4 Mar 12:00, Asha promised 1 h of work; due 4 Mar 20:00 → 4 Mar 13:00" in said
        assert "due 4 Mar 13:00 → 4 Mar 15:05, because Payroll <b>first</b>." in said
        assert "Why N-EXP-1002 is due then" in said
        assert "Back again." not in said
    assert "Payroll <b>first" not in mail.html


def test_an_approved_extension_tells_its_chain_to_the_engineer_and_none_to_the_reporter():
    """X3, B06: both hear the new due time and the approvers; the chain names other cases."""
    reporter, engineer = ReporterFactory(), EngineerFactory()
    other = in_progress(engineer=engineer, minutes=60)
    ticket = a_promise(ticket=a_ticket(reporter=reporter), engineer=engineer, minutes=60).ticket
    request_extension(actor=engineer, ticket_id=ticket.pk, extra_minutes=30, comment="The supplier is slow.")
    for master in (SM1Factory(name="Sam One"), SM2Factory(name="Sara Two")):
        decide_extension(actor=master, ticket_id=ticket.pk, approve=True, comment="Fine by me.")

    found = mails("extension_approved")

    assert set(found) == {reporter.pk, engineer.pk}
    for said in (*forms(found[reporter.pk]), *forms(found[engineer.pk])):
        assert "Sam One, Sara Two" in said
        assert "Wed 4 Mar 2026, 14:30 UTC" in said
    for said in forms(found[engineer.pk]):
        assert f"lined up behind {other.case_id}" in said
        assert "Sam One and Sara Two agreed to 30 min more; due 4 Mar 14:00 → 4 Mar 14:30" in said
    for said in forms(found[reporter.pk]):
        assert other.case_id not in said
        assert "Fine by me." not in said
        assert "is due then" not in said


def test_the_request_says_where_it_is_decided():
    """X1: to every scrum master, with the time it is about and the comment."""
    engineer, master = EngineerFactory(name="Asha"), SM1Factory()
    ticket = in_progress(engineer=engineer, minutes=60)
    request_extension(actor=engineer, ticket_id=ticket.pk, extra_minutes=30, comment="The supplier is slow.")

    for said in forms(mails("extension_requested")[master.pk]):
        assert "Asha asks for 30 min more." in said
        assert "on the ticket's page or under Extensions" in said
        assert "Wed 4 Mar 2026, 13:30 UTC" in said
        assert "The supplier is slow." in said
