"""Mails to the admins: what was given up is seen where admins look, and can be tried again."""

import pytest
from django.core import mail
from django.urls import reverse

from helpdesk.models import AdminAlert, AuditEvent
from helpdesk.notifications import alerts
from helpdesk.services.alerts import send_again
from helpdesk.tests.admin.desk import browser
from tests.clock import NOON
from tests.factories import AdminFactory, SM1Factory
from workflow.errors import MailNotGivenUp, RoleNeeded

pytestmark = pytest.mark.django_db

LIST = reverse("admin:helpdesk_adminalert_changelist")


def an_alert(subject: str = "Lineup: look", **fields: object) -> AdminAlert:
    known = {"key": subject, "address": "ines@corp.example", "text": "Look.", "created_at": NOON}
    return AdminAlert.objects.create(subject=subject, **{**known, **fields})


def given_up(subject: str = "Lineup: look") -> AdminAlert:
    return an_alert(subject, attempts=30, last_error="SMTPDataError: 550 no such mailbox")


def dialog(alert: AdminAlert) -> str:
    return reverse("admin:helpdesk_adminalert_send_again", args=(alert.pk,))


def test_the_list_says_what_became_of_each_and_why():
    lost, waiting, sent = given_up("Lost"), an_alert("Slow", next_try_at=NOON), an_alert("Done", sent_at=NOON)

    page = browser(AdminFactory()).get(LIST).content.decode()

    for words in ("Lost", "given up", "550 no such mailbox", "30 tries", "Slow", "waiting", "Done", "sent"):
        assert words in page
    assert dialog(lost) in page
    assert dialog(waiting) not in page
    assert dialog(sent) not in page


@pytest.mark.parametrize(("state", "shown"), [("given_up", "Lost"), ("waiting", "Slow"), ("sent", "Done")])
def test_the_list_is_narrowed_to_a_state(state, shown):
    given_up("Lost"), an_alert("Slow", next_try_at=NOON), an_alert("Done", sent_at=NOON)

    rows = browser(AdminFactory()).get(f"{LIST}?state={state}").context_data["cl"].result_list

    assert [row.subject for row in rows] == [shown]


def test_sending_again_sends_it_and_is_on_record():
    alert, admin = given_up(), AdminFactory(name="Ines")

    answer = browser(admin).post(dialog(alert), {"_form_submitted": "on"}, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"]
    assert alerts.deliver_alerts() == 1
    assert mail.outbox[0].to == ["ines@corp.example"]
    event = AuditEvent.objects.get(act="alert_sent_again")
    assert (event.actor, event.subject_label, event.after) == (admin, "Lineup: look", {"address": "ines@corp.example"})


@pytest.mark.parametrize("fields", [{"next_try_at": NOON}, {"sent_at": NOON}], ids=["waiting", "sent"])
def test_only_what_was_given_up_is_sent_again(fields):
    alert, client = an_alert(**fields), browser(AdminFactory())

    answer = client.post(dialog(alert), {"_form_submitted": "on"}, headers={"HX-Request": "true"})

    assert "only one that was given up can be tried again" in answer.content.decode()
    with pytest.raises(MailNotGivenUp):
        send_again(actor=AdminFactory(), alert_id=alert.pk, now=NOON)
    assert not AuditEvent.objects.exists()


def test_only_admins_send_again():
    with pytest.raises(RoleNeeded):
        send_again(actor=SM1Factory(), alert_id=given_up().pk, now=NOON)


def test_missing_mails_answer_404():
    client = browser(AdminFactory())

    for reference in ("0", "abc", "9" * 25):
        assert client.get(f"/desk/helpdesk/adminalert/{reference}/send-again/").status_code == 404
    assert client.get(f"/desk/helpdesk/adminalert/{given_up().pk}/change/").status_code == 404
