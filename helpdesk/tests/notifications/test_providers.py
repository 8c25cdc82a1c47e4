"""The ways mails leave the desk: SMTP, Amazon SES or SendGrid by one setting."""

import json

import pytest
from django.conf import settings as django_settings
from django.core.mail import get_connection
from django.utils.module_loading import import_string

from helpdesk.notifications.delivery import _message
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.render import render
from helpdesk.tests.notifications.samples import a_row

# anymail keeps the SendGrid backend and does not test it against the live service any more.
pytestmark = pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
OURS = {"In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress"}


@pytest.mark.parametrize("provider", ["smtp", "ses", "sendgrid"])
def test_the_connection_of_every_provider_can_be_made(provider, settings):
    settings.ANYMAIL = {"SENDGRID_API_KEY": "SG.test"}
    path = django_settings.MAIL_PROVIDERS[provider]

    assert isinstance(get_connection(path), import_string(path))


def test_ses_opens_with_nothing_but_a_region(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    server = get_connection(django_settings.MAIL_PROVIDERS["ses"])

    assert server.open() is True
    assert server.client.meta.region_name == "eu-central-1"
    server.close()


@pytest.mark.django_db
def test_sendgrid_carries_our_headers(settings):
    settings.ANYMAIL = {"SENDGRID_API_KEY": "SG.test"}
    server = get_connection(django_settings.MAIL_PROVIDERS["sendgrid"])
    letter = Letter.read(a_row("assigned").pk)

    payload = json.loads(server.build_message_payload(_message(letter.row, render(letter)), {}).serialize_data())

    assert set(payload["headers"]) >= OURS
    assert [part["type"] for part in payload["content"]] == ["text/plain", "text/html"]
    assert [one["to"] for one in payload["personalizations"]] == [[{"email": letter.row.recipient.email}]]
