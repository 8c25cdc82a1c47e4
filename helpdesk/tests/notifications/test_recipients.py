"""Who gets a mail at the moment it is sent, and who does not any more (N4, P9)."""

import pytest
from django.core import mail

from helpdesk.models import Escalation, Notification, Ticket
from helpdesk.notifications.delivery import deliver, deliver_waiting
from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.notifications.samples import a_row, state_of
from tests.clock import HeldClock
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    a_ticket,
    in_progress,
)

pytestmark = pytest.mark.django_db
State = Notification.State


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "Not sent: the recipient is no longer active."),
        ({"email": ""}, "Not sent: no e-mail address of the recipient is known."),
        ({"email": "a@corp.example, b@corp.example"}, "Not sent: the e-mail address of the recipient is not valid."),
        (
            {"email": "a@corp.example\nBcc: b@corp.example"},
            "Not sent: the e-mail address of the recipient is not valid.",
        ),
    ],
)
def test_who_cannot_get_mail_at_sending_time_gets_none(change, reason, row):
    type(row.recipient).objects.filter(pk=row.recipient_id).update(**change)

    assert deliver(row.pk) is False

    assert state_of(row) == (State.DEAD, 1)
    assert row.last_error == reason
    assert mail.outbox == []


def test_who_may_not_see_the_ticket_any_more_gets_no_mail(row):
    row.recipient.user_roles.update(decision="withdrawn")

    assert deliver(row.pk) is False

    assert state_of(row) == (State.DEAD, 1)
    assert row.last_error == "Not sent: the recipient may no longer see the ticket."
    assert mail.outbox == []


@pytest.mark.parametrize(("sample", "sent"), [("commented", True), ("commented internally", False)])
def test_internal_comments_are_never_sent_to_someone_who_is_only_the_reporter(sample, sent):
    ticket = a_ticket()

    assert deliver(a_row(sample, ticket=ticket, recipient=ticket.reporter).pk) is sent
    assert len(mail.outbox) == sent


def test_a_reporter_who_is_also_staff_gets_internal_comments():
    ticket = a_ticket(reporter=ReporterFactory(roles=["reporter", "sm1"]))

    assert deliver(a_row("commented internally", ticket=ticket, recipient=ticket.reporter).pk) is True


def an_escalated_ticket(clock: HeldClock, *, with_authority: bool) -> Ticket:
    engineer = EngineerFactory(reporting_authority=RAFactory() if with_authority else None)
    ticket = in_progress(engineer=engineer, minutes=30)
    Notification.objects.all().delete()
    sweep_escalations(clock.forward(minutes=31))
    return ticket


@pytest.mark.parametrize("with_authority", [True, False])
def test_an_escalation_knows_that_its_mail_went_out(with_authority, clock):
    other_authority, master = RAFactory(), SM1Factory()
    ticket = an_escalated_ticket(clock, with_authority=with_authority)
    escalation = Escalation.objects.get(ticket=ticket)
    to_master = ticket.notifications.get(recipient=master)
    to_authority = ticket.notifications.get(recipient=escalation.escalated_to or other_authority)

    assert deliver(to_master.pk) is True
    escalation.refresh_from_db()
    assert escalation.email_sent is False

    assert deliver(to_authority.pk) is True
    escalation.refresh_from_db()
    assert escalation.email_sent is True


def test_an_admin_in_place_of_missing_scrum_masters_is_told_so():
    admin = AdminFactory(email="ada@corp.example")
    ticket = a_ticket()

    assert deliver_waiting() == 2

    to_admin = next(sent for sent in mail.outbox if sent.to == [admin.email])
    assert "You get this mail as an admin because the desk has no active scrum master." in to_admin.body
    assert ticket.case_id in to_admin.subject


def test_somebody_without_any_role_gets_no_mail(row):
    stranger = a_row("assigned", ticket=row.ticket, recipient=UserFactory())

    assert deliver(stranger.pk) is False
    assert state_of(stranger) == (State.DEAD, 1)
