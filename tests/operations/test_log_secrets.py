"""No line of production's log holds a token, a signed link, a password, or words of a ticket or mail (W9)."""

import json
import logging
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test import Client

from helpdesk.models import Notification, TicketEvent
from helpdesk.notifications import delivery
from helpdesk.portal import views
from helpdesk.services.comments import add_comment
from tests.factories import ReporterFactory, SM1Factory, a_ticket
from tests.operations.production_log import breaks

pytestmark = pytest.mark.django_db

MARK = "4711planted4711"
LINK = f"https://b.s3.eu-central-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK{MARK}%2F20260304&X-Amz-Signature={MARK}&X-Amz-Security-Token={MARK}"
PLANTED = {
    "a bearer token": f"Authorization: Bearer {MARK}.{MARK}",
    "a token in a sentence": f"refused bearer {MARK} of somebody",
    "a JWT": f"token was eyJhbGciOiJSUzI1NiJ9.eyJ{MARK}.{MARK}",
    "a signed link": f"cannot fetch {LINK}",
    "an old signed link": f"https://b.s3.amazonaws.com/k?AWSAccessKeyId={MARK}&Signature={MARK}&Expires=1",
    "a database address": f"cannot connect to postgresql://lineup:{MARK}@db:5432/lineup",
    "a sign-in's code": f"GET /auth/complete/entra/?code={MARK}&state=x",
    "a form": f"body was username=x&password={MARK}&otp_token={MARK}",
    "a printed form": str({"password": MARK, "csrfmiddlewaretoken": MARK, "client_secret": f"a'{MARK}"}),
    "a JSON body": json.dumps({"access_token": MARK, "id_token": MARK, "description": f'he said "{MARK}"'}),
    "a cookie": f"Cookie: __Host-session={MARK}; other={MARK}",
    "a printed cookie": f"headers={{'Cookie': 'a={MARK}', 'Set-Cookie': '{MARK}'}}",
    "a session": f"session __Host-session={MARK} is over",
    "a mail": f"EmailMultiAlternatives(subject='s', body='Dear {MARK}', html='<p>{MARK}</p>')",
    "a row the database refused": f'null value in column "x"\nDETAIL:  Failing row contains (7, {MARK}, secret).',
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_w9_what_is_secret_is_hidden_in_messages_arguments_and_tracebacks(planted, log):
    logger = logging.getLogger("helpdesk.hostile")
    logger.warning(planted.replace("%", "%%"))
    logger.warning("said: %s", planted)
    logger.warning("said: %r", planted)
    breaks(logger, planted)

    assert MARK not in log.text
    assert log.text.count("[hidden]") >= 4
    assert len(log.lines()) == 4


def test_w9_the_secrets_of_the_settings_are_hidden_wherever_they_stand(log, settings):
    logger = logging.getLogger("helpdesk.hostile")
    known = [settings.SECRET_KEY, str(connection.settings_dict["PASSWORD"] or settings.SECRET_KEY)]
    for secret in known:
        logger.error("odd: [%s] %s", secret, quote(secret, safe=""))

    assert [secret for secret in known if secret in log.text] == []


def test_w9_what_is_no_secret_stays(log):
    said = "Forbidden (Permission denied): /desk/my-work/ for ticket N-EXP-12 of engineer 7, code 503 at 12:30"
    logging.getLogger("helpdesk.hostile").warning(said)

    assert log.lines()[0]["message"] == said


def test_w9_nothing_people_write_stands_in_the_log_whatever_breaks(log, settings, monkeypatch):
    """A day with everything that can go wrong: words of a ticket, a comment and their mails are in none of the lines."""
    settings.LINEUP_REQUEST_LOG = True
    reporter, client = ReporterFactory(), Client(raise_request_exception=False)
    client.force_login(reporter)
    ticket = a_ticket(reporter=reporter, title=f"Title {MARK}", description=f"Description {MARK}")
    add_comment(actor=reporter, ticket_id=ticket.pk, body=f"Comment {MARK}")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    monkeypatch.setattr(delivery, "_claim", lambda pk: delivery.Claim(notification_id=pk, now=ticket.created_at))
    SM1Factory()
    for pk in Notification.objects.values_list("pk", flat=True):
        delivery.deliver(pk)
    monkeypatch.setattr(views, "render", lambda *_, **__: 1 / 0)
    client.get(f"/my/{ticket.case_id}/?token={MARK}")
    client.post(f"/my/{ticket.case_id}/comment/", {"body": MARK}, headers={"cookie": f"other={MARK}"})
    with pytest.raises(DatabaseError), transaction.atomic():
        TicketEvent.objects.create(ticket=ticket, action=MARK, timestamp=None)
    try:
        with transaction.atomic():
            TicketEvent.objects.create(ticket=ticket, action=MARK, metadata={"said": MARK}, timestamp=None)
    except DatabaseError:
        logging.getLogger("helpdesk.hostile").exception("It could not be written")

    lines = log.lines()
    assert {"django.request", "helpdesk.hostile", "project.requests_seen"} <= {line["logger"] for line in lines}
    assert MARK not in log.text


def test_a_line_written_before_there_are_settings_is_written_too(log, monkeypatch):
    monkeypatch.setattr("project.logs.without_secrets", _not_yet)
    logging.getLogger("helpdesk.hostile").warning("early %s", MARK)

    assert log.lines()[0]["message"] == "[hidden: the settings are not there]"


def _not_yet(text: str) -> str:
    raise ImproperlyConfigured
