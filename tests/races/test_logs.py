"""What two admins or two requests do at the very same moment in the logs: it happens once and is told once."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django_q.models import OrmQ

from helpdesk.models import AuditEvent, Notification
from helpdesk.services.outbox import send_again, send_all_again
from helpdesk.services.sign_ins import session_expired
from helpdesk.tests.notifications.samples import a_row
from tests.clock import NOON
from tests.factories import AdminFactory, ReporterFactory, a_ticket
from tests.races.harness import rounds, track
from workflow.errors import NothingToSendAgain

pytestmark = pytest.mark.django_db(transaction=True)

State = Notification.State


def dead(count: int) -> list[int]:
    ticket = a_ticket()
    return [a_row(ticket=ticket, state=State.DEAD, attempts=30, last_error="550 no").pk for _ in range(count)]


def test_two_admins_who_send_the_same_mails_again_send_each_once() -> None:
    """Chosen ones against all of them, in whatever order the rows are named."""
    first, second = AdminFactory(), AdminFactory()
    with track(2) as admins:
        for _ in rounds(100):
            Notification.objects.all().delete()
            told = AuditEvent.objects.count()
            mails = dead(3)
            OrmQ.objects.all().delete()

            came = admins.race(
                lambda mails=mails: send_again(actor=first, mail_ids=mails[::-1], now=NOON),
                lambda: send_all_again(actor=second, now=NOON),
            )

            assert sorted(isinstance(one, NothingToSendAgain) for one in came) == [False, True], came
            assert [one for one in came if isinstance(one, int)] == [3]
            assert AuditEvent.objects.count() - told == 3
            assert OrmQ.objects.count() == 1
            assert set(Notification.objects.filter(pk__in=mails).values_list("state", flat=True)) == {State.QUEUED}


def test_a_session_that_two_requests_find_over_is_told_once() -> None:
    person = ReporterFactory()
    with track(2) as requests:
        for _ in rounds(100):
            told = AuditEvent.objects.count()
            client = Client()
            client.force_login(person)
            key = client.session.session_key

            came = requests.race(*[lambda key=key: session_expired(user=person, session_key=key, now=NOON)] * 2)

            assert sorted(one is None for one in came) == [False, True], came
            assert AuditEvent.objects.count() - told == 1
            assert not Session.objects.filter(session_key=key).exists()
