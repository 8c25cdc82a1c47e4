"""Mail previews: every kind as people get it, for people who do not exist; and the logo, which a mail carries as a part of itself."""

from email.message import EmailMessage

import pytest
from django.core import mail
from django.urls import reverse

from helpdesk.models import Notification, Ticket
from helpdesk.notifications import previews
from helpdesk.notifications.delivery import deliver_all
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.logo import HEIGHT, WIDEST, logo
from helpdesk.notifications.render import Mail, render
from helpdesk.notifications.samples import sample_letters
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.notifications.samples import a_row
from tests.clock import NOON
from tests.factories import AdminFactory, EngineerFactory, RAFactory, ReporterFactory, SM1Factory
from workflow.audience import Kind

pytestmark = pytest.mark.django_db

PAGE, FRAME = reverse("admin:mail-previews"), reverse("admin:mail-preview")
NAMES = tuple(sample_letters(NOON))


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG, which says how large it is."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + width.to_bytes(4) + height.to_bytes(4)


@pytest.fixture
def client():
    return browser(AdminFactory())


def test_every_kind_of_mail_has_a_preview():
    assert {letter.row.kind for letter in sample_letters(NOON).values()} == {kind.value for kind in Kind}


@pytest.mark.parametrize("name", NAMES)
def test_each_is_written_in_html_and_text_and_asks_nothing_of_the_desk(name, client, django_assert_max_num_queries):
    client.get(PAGE)

    with django_assert_max_num_queries(6):
        answer = client.get(PAGE, {"mail": name})

    sample = answer.context_data["sample"]
    assert sample.written.failure == ""
    assert sample.written.mail.subject
    for looks in ("light", "dark"):
        frame = client.get(FRAME, {"mail": name, "looks": looks})
        assert frame.status_code == 200
        assert "sandbox" in frame.headers["Content-Security-Policy"]
        assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert not Ticket.objects.exists()
    assert not Notification.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["nowhere", "../../etc/passwd", "<zq>", "assigned\x00"])
def test_a_mail_that_is_none_answers_404(name, client):
    assert client.get(PAGE, {"mail": name}).status_code == 404
    assert client.get(FRAME, {"mail": name}).status_code == 404


def test_only_admins_see_them_and_nobody_writes():
    for person in (ReporterFactory(), EngineerFactory(), SM1Factory(), RAFactory()):
        assert browser(person).get(PAGE).status_code == 403
        assert browser(person).get(FRAME).status_code == 403
    assert browser(AdminFactory()).post(PAGE).status_code == 405


def test_a_sample_that_cannot_be_written_is_marked_and_says_why(client, monkeypatch):
    def broken(letter: Letter) -> Mail:
        return 1 / 0 if letter.row.kind == "assigned" else render(letter)

    monkeypatch.setattr(previews, "render", broken)

    page = client.get(PAGE, {"mail": "assigned"}).content.decode()

    assert "This mail cannot be written." in page
    assert "ZeroDivisionError: division by zero" in page
    assert client.get(FRAME, {"mail": "assigned"}).status_code == 404
    assert client.get(PAGE, {"mail": "raised"}).status_code == 200


@pytest.mark.parametrize(
    ("size", "shown"), [((64, 64), (32, 32)), ((300, 100), (96, 32)), ((4000, 40), (280, 3)), ((1, 900), (1, 32))]
)
def test_a_logo_is_shown_as_high_as_it_may_be_and_never_too_wide(size, shown, settings):
    settings.LINEUP_LOGO = png(*size)

    found = logo()

    assert found is not None
    assert (found.width, found.height) == shown
    assert found.width <= WIDEST
    assert found.height <= HEIGHT


def test_the_logo_travels_in_the_mail_and_stands_in_its_preview(client, settings):
    settings.LINEUP_LOGO = png(64, 32)
    row = a_row()
    mail.outbox.clear()

    deliver_all([row.pk])

    message: EmailMessage = mail.outbox[0].message()
    images = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in images] == ["<organisation-logo>"]
    assert 'src="cid:organisation-logo"' in mail.outbox[0].alternatives[0][0]
    frame = client.get(FRAME, {"mail": "assigned"}).content.decode()
    assert 'src="data:image/png;base64,' in frame
    assert "cid:" not in frame


def test_without_a_logo_the_name_stands_there_and_the_mail_has_no_picture(settings):
    settings.LINEUP_LOGO = b""
    row = a_row()
    mail.outbox.clear()

    deliver_all([row.pk])

    assert "<img" not in mail.outbox[0].alternatives[0][0]
    assert all(part.get_content_maintype() != "image" for part in mail.outbox[0].message().walk())
