"""Mails that did not get through are tried again by an admin: one, several, or all that were given up (N2)."""

import pytest
from django.core import mail as sent_mails
from django.urls import reverse
from django_q.models import OrmQ

from helpdesk.models import AuditEvent, Notification
from helpdesk.notifications.delivery import deliver_all, deliver_waiting
from helpdesk.services import outbox as services
from helpdesk.services.outbox import send_again, send_all_again
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.notifications.samples import a_row
from tests.clock import NOON, held
from tests.factories import AdminFactory, ReporterFactory, SM1Factory, a_ticket
from workflow.errors import NothingToSendAgain, RoleNeeded

pytestmark = pytest.mark.django_db

State = Notification.State
SENT = {"_form_submitted": "on"}
DIALOG = {"HX-Request": "true"}


def dead(**fields: object) -> Notification:
    return a_row(state=State.DEAD, attempts=30, last_error="SMTPDataError: 550 no such mailbox", **fields)


def failed(**fields: object) -> Notification:
    return a_row(state=State.FAILED, attempts=4, last_error="421 busy", **fields)


def of_this_test() -> list[str]:
    return [one.to[0] for one in sent_mails.outbox]


@pytest.fixture(autouse=True)
def no_other_mails():
    """The mails that the ticket of a test brings along are not what these tests are about."""
    sent_mails.outbox.clear()


def test_a_given_up_mail_begins_its_tries_anew_and_is_sent_and_on_record():
    row, admin = dead(), AdminFactory(name="Ines")

    assert send_again(actor=admin, mail_ids=[row.pk], now=NOON) == 1

    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_try_at) == (State.QUEUED, 0, NOON)
    assert OrmQ.objects.count() >= 1
    deliver_all([row.pk])
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.SENT, 1, "")
    assert of_this_test() == [row.recipient.email]
    event = AuditEvent.objects.get(act="mail_sent_again")
    assert (event.actor, event.subject, event.subject_label) == (admin, row.recipient, row.ticket.case_id)
    assert event.after == {
        "mail": "assigned",
        "attempts": 30,
        "failure": "SMTPDataError: 550 no such mailbox",
    }


def test_a_failed_mail_is_tried_at_once_and_goes_on_counting():
    row = failed(next_try_at=held.forward(hours=1))

    send_again(actor=AdminFactory(), mail_ids=[row.pk], now=NOON)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_try_at) == (State.QUEUED, 4, NOON)


def test_several_at_once_leave_those_alone_that_did_not_fail():
    lost, late, gone = dead(), failed(), a_row(state=State.SENT, sent_at=NOON)
    waiting = a_row()
    held_now = failed(claimed_until=held.forward(minutes=1))

    count = send_again(
        actor=AdminFactory(), mail_ids=[one.pk for one in (lost, late, gone, waiting, held_now)], now=NOON
    )

    assert count == 2
    states = dict(Notification.objects.filter(attempts__lte=30).values_list("pk", "state"))
    assert (states[gone.pk], states[held_now.pk]) == (State.SENT, State.FAILED)
    assert AuditEvent.objects.filter(act="mail_sent_again").count() == 2


@pytest.mark.parametrize(
    "fields",
    [{"state": State.SENT, "sent_at": NOON}, {"state": State.QUEUED}, {"state": State.DEAD, "claimed_until": NOON}],
    ids=["sent", "waiting", "being sent"],
)
def test_what_did_not_fail_is_refused(fields):
    row = a_row(**fields)

    with pytest.raises(NothingToSendAgain):
        send_again(actor=AdminFactory(), mail_ids=[row.pk, 987654321], now=NOON)

    assert not AuditEvent.objects.exists()


def test_who_may_not_be_told_any_more_is_not_told_by_trying_again():
    row = dead(recipient=ReporterFactory(is_active=False))

    send_again(actor=AdminFactory(), mail_ids=[row.pk], now=NOON)
    deliver_all([row.pk])

    row.refresh_from_db()
    assert row.state == State.DEAD
    assert "no longer active" in row.last_error
    assert of_this_test() == []


def test_all_given_up_go_the_oldest_first_and_so_many_at_a_time(monkeypatch):
    monkeypatch.setattr(services, "ALL_AT_ONCE", 2)
    ticket = a_ticket()
    rows = [dead(ticket=ticket) for _ in range(3)]
    late = failed(ticket=ticket)

    assert send_all_again(actor=AdminFactory(), now=NOON) == 2

    states = [Notification.objects.get(pk=row.pk).state for row in (*rows, late)]
    assert states == [State.QUEUED, State.QUEUED, State.DEAD, State.FAILED]
    assert send_all_again(actor=AdminFactory(), now=NOON) == 1
    with pytest.raises(NothingToSendAgain):
        send_all_again(actor=AdminFactory(), now=NOON)


def test_only_admins_send_again():
    row = dead()

    with pytest.raises(RoleNeeded):
        send_again(actor=SM1Factory(), mail_ids=[row.pk], now=NOON)
    with pytest.raises(RoleNeeded):
        send_all_again(actor=SM1Factory(), now=NOON)


def test_the_dialog_of_one_mail_says_which_and_sends_it():
    row = dead(ticket=a_ticket())
    client, address = browser(AdminFactory()), reverse("admin:helpdesk_notification_send_one", args=(row.pk,))

    asked = client.get(address, headers=DIALOG).content.decode()
    answer = client.post(address, SENT, headers=DIALOG)

    assert f"Ticket assigned, {row.ticket.case_id}, to {row.recipient.name}" in asked
    assert answer.headers["HX-Redirect"]
    deliver_waiting()
    assert Notification.objects.get(pk=row.pk).state == State.SENT
    again = client.post(address, SENT, headers=DIALOG).content.decode()
    assert "None of these mails waits to be sent again" in again


def test_the_dialog_of_several_names_those_that_failed_and_counts_the_others():
    lost, gone = dead(), a_row(state=State.SENT, sent_at=NOON)
    client, address = browser(AdminFactory()), reverse("admin:helpdesk_notification_send_many")

    asked = client.get(address, {"mails": [lost.pk, gone.pk, "x", "9" * 30]}, headers=DIALOG).content.decode()
    answer = client.post(address, {**SENT, "mails": [lost.pk, gone.pk]}, headers=DIALOG)

    assert "1 mail is tried again at once" in asked
    assert f"to {lost.recipient.name}" in asked
    assert f"to {gone.recipient.name}" not in asked
    assert "1 of the chosen was sent or is on the way" in asked
    assert answer.headers["HX-Redirect"]
    assert Notification.objects.get(pk=lost.pk).state == State.QUEUED


@pytest.mark.parametrize("mails", [[], ["x"], list(range(1, 40))], ids=["none", "no number", "too many"])
def test_no_or_too_many_mails_are_refused_in_words(mails):
    client, address = browser(AdminFactory()), reverse("admin:helpdesk_notification_send_many")

    answer = client.post(address, {**SENT, "mails": mails}, headers=DIALOG)

    assert "Please choose between 1 and 25 mails." in answer.content.decode()


def test_all_given_up_are_sent_from_their_dialog():
    row, other = dead(), dead()
    client, address = browser(AdminFactory()), reverse("admin:helpdesk_notification_send_all")

    asked = client.get(address, headers=DIALOG).content.decode()
    client.post(address, SENT, headers=DIALOG)

    assert "2 given up mails" in asked
    assert {Notification.objects.get(pk=one.pk).state for one in (row, other)} == {State.QUEUED}
