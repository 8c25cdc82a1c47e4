"""One mail in the outbox, one ticket with hostile words, and a mail server, for the tests of mails."""

from collections.abc import Iterator

import pytest

from helpdesk.models import Notification, Ticket
from helpdesk.tests.notifications.samples import a_row
from helpdesk.tests.notifications.sink import Sink
from tests.factories import ApplicationFactory, ReporterFactory, SM1Factory, a_ticket


@pytest.fixture
def server(settings) -> Iterator[Sink]:
    """A mail server on loopback that the desk sends to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
        yield sink


@pytest.fixture
def row() -> Notification:
    """One mail in the outbox, and nothing else there."""
    ticket = a_ticket(application=ApplicationFactory(code="EXP"))
    Notification.objects.all().delete()
    return a_row("assigned", ticket=ticket, recipient=SM1Factory(name="Sam Master", email="sam@corp.example"))


@pytest.fixture
def ticket() -> Ticket:
    return a_ticket(
        application=ApplicationFactory(name="Expenses & travel", code="EXP"),
        reporter=ReporterFactory(name="Rita O'Hara"),
        title="The export <stops> at page 3",
        description="First line & more.\n\nSecond <b>line</b>.",
        priority="high",
    )
