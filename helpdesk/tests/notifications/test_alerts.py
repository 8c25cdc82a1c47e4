"""Mails to the admins that belong to no ticket: none lost, none twice, a failing one tried again (N2, N3)."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.db import transaction

from helpdesk.models import AdminAlert
from helpdesk.notifications import alerts, delivery
from helpdesk.services.alerts import tell_admins
from tests.clock import NOON, HeldClock
from tests.factories import AdminFactory, SM1Factory, UserFactory

pytestmark = pytest.mark.django_db

TOLD = {"key": "k", "subject": "Lineup: look\r\nBcc: x@evil.example", "text": "Something happened.", "now": NOON}


def test_every_active_admin_with_an_address_is_told_once():
    first, _ = AdminFactory(), SM1Factory()
    AdminFactory(is_active=False)
    AdminFactory(email="")
    UserFactory(email=first.email, roles=["admin"])

    assert (tell_admins(**TOLD), tell_admins(**TOLD)) == (1, 1)
    assert alerts.deliver_alerts() == 1
    assert alerts.deliver_alerts() == 0

    (sent,) = mail.outbox
    assert sent.to == [first.email]
    assert sent.subject == "Lineup: look Bcc: x@evil.example"
    assert sent.extra_headers["Message-ID"] == f"<alert.{AdminAlert.objects.get().pk}@lineup.local>"


def test_what_is_rolled_back_is_not_told():
    AdminFactory()
    with transaction.atomic():
        tell_admins(**TOLD)
        transaction.set_rollback(True)

    assert alerts.deliver_alerts() == 0


def test_nobody_to_tell_is_an_error_in_the_log(settings, caplog):
    settings.LINEUP_ADMIN_CONTACT = "extension 4711"

    assert tell_admins(**TOLD) == 0
    assert "No admin can be told" in caplog.text


def test_a_server_that_fails_is_asked_again_after_growing_pauses(monkeypatch, clock: HeldClock):
    AdminFactory()
    tell_admins(**TOLD)
    genuine = delivery.post_plain

    def fail(**named: object) -> None:
        raise OSError("away")

    monkeypatch.setattr(delivery, "post_plain", fail)
    for pause in (1, 2, 4):
        assert alerts.deliver_alerts() == 0
        alert = AdminAlert.objects.get()
        assert alert.next_try_at == clock.moment + timedelta(minutes=pause)
        assert "away" in alert.last_error
        clock.forward(minutes=pause)

    monkeypatch.setattr(delivery, "post_plain", genuine)
    assert alerts.deliver_alerts() == 1
    alert = AdminAlert.objects.get()
    assert (alert.sent_at, alert.next_try_at, alert.attempts) == (clock.moment, None, 4)


def test_an_address_refused_for_good_is_given_up_and_holds_up_no_other(monkeypatch):
    bad, good = AdminFactory(), AdminFactory()
    tell_admins(**TOLD)
    genuine = delivery.post_plain

    def post(**named: str) -> None:
        if named["to"] == bad.email:
            raise SMTPRecipientsRefused({bad.email: (550, b"No such person")})
        genuine(**named)

    monkeypatch.setattr(delivery, "post_plain", post)

    assert alerts.deliver_alerts() == 1
    assert AdminAlert.objects.get(address=bad.email).next_try_at is None
    assert AdminAlert.objects.get(address=bad.email).sent_at is None
    assert AdminAlert.objects.get(address=good.email).sent_at == NOON


def test_what_another_worker_holds_is_left_to_it_until_the_lease_lapses(clock: HeldClock):
    AdminFactory()
    tell_admins(**TOLD)
    seen = AdminAlert.objects.get()
    assert alerts._claim(seen, NOON) is True

    assert alerts._claim(seen, NOON) is False
    assert alerts.deliver_alerts() == 0
    clock.forward(minutes=2)
    assert alerts.deliver_alerts() == 1
