"""Two workers at once, each with a connection of its own: one mail, once (N2, N3)."""

from collections.abc import Iterator

import pytest
from django.core import mail

from helpdesk.models import Notification
from helpdesk.notifications import delivery
from helpdesk.notifications.delivery import deliver, deliver_waiting
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.render import Mail
from helpdesk.tests.notifications.samples import a_row
from tests.factories import SM1Factory, a_ticket
from tests.races.harness import Track, track
from tests.races.position import rounds_from_here

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two() -> Iterator[Track]:
    with track(2) as racing:
        yield racing


@pytest.fixture(autouse=True)
def _written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the mails say is the same in every round, and not what is raced for."""
    written: dict[int, Mail] = {}
    render = delivery.render

    def kept(letter: Letter) -> Mail:
        if letter.row.pk not in written:
            written[letter.row.pk] = render(letter)
        return written[letter.row.pk]

    monkeypatch.setattr(delivery, "render", kept)


def outbox_of(count: int) -> list[Notification]:
    ticket, master = a_ticket(), SM1Factory()
    Notification.objects.all().delete()
    return [a_row("assigned", ticket=ticket, recipient=master) for _ in range(count)]


def test_two_tasks_for_one_mail_send_it_once(two: Track):
    (row,) = outbox_of(1)
    for _ in rounds_from_here(is_true_desk=False):
        mail.outbox.clear()

        assert sorted(two.race(lambda: deliver(row.pk), lambda: deliver(row.pk)), key=int) == [0, 1]

        row.refresh_from_db()
        assert len(mail.outbox) == 1
        assert (row.state, row.attempts) == (Notification.State.SENT, 1)


def test_two_ticks_share_what_waits_and_send_each_mail_once(two: Track):
    rows = outbox_of(8)
    for _ in rounds_from_here(is_true_desk=False):
        mail.outbox.clear()

        answers = two.race(deliver_waiting, deliver_waiting)

        sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
        assert sum(answers) == len(sent) == len(set(sent)) == len(rows)
        assert set(Notification.objects.values_list("state", "attempts")) == {(Notification.State.SENT, 1)}
