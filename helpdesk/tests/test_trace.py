"""What a task writes down carries an id: of the request that asked for it, else one for each run."""

import pytest

from helpdesk import tasks, trace
from helpdesk.models import AuditEvent
from helpdesk.services import alerts, audit, journal
from helpdesk.tests.admin.desk import browser
from tests.clock import NOON
from tests.factories import AdminFactory, a_ticket

pytestmark = pytest.mark.django_db

ASKED = "req-12345678"


@pytest.fixture
def seen(monkeypatch) -> list[str]:
    """The ids under which mails were sent."""
    ids: list[str] = []
    monkeypatch.setattr(tasks.delivery, "deliver_all", lambda chosen: ids.append(trace.request_id.get()) or 0)
    monkeypatch.setattr(tasks.alerts, "deliver_alerts", lambda: ids.append(trace.request_id.get()) or 0)
    return ids


def test_a_task_carries_the_id_of_who_asked_for_it_and_leaves_none_behind(seen):
    tasks.deliver(1, asked_by=ASKED)
    tasks.deliver_alerts(asked_by=ASKED)

    assert seen == [ASKED, ASKED]
    assert trace.request_id.get() == ""


def test_each_run_nobody_asked_for_has_an_id_of_its_own(seen):
    tasks.deliver(1)
    tasks.deliver(1)

    assert len(set(seen)) == 2
    assert all(len(one) == 32 for one in seen)


def test_all_parts_of_one_tick_carry_one_id(monkeypatch):
    monkeypatch.setattr(
        tasks.staleness, "sweep_stale", lambda now: audit.note(act="settings_saved", actor=None, now=NOON).pk
    )
    monkeypatch.setattr(
        tasks.reminders, "sweep_reminders", lambda now: audit.note(act="settings_saved", actor=None, now=NOON).pk
    )
    tasks.tick()

    first, second = AuditEvent.objects.values_list("request_id", flat=True)
    assert first == second
    assert len(first) == 32


def test_the_id_is_handed_on_with_the_task(monkeypatch):
    AdminFactory()
    asked: list[dict] = []
    for module in (journal, alerts):
        monkeypatch.setattr(module, "async_task", lambda *given, **named: asked.append(named))

    with trace.under(ASKED):
        a_ticket()
        alerts.tell_admins(key="k", subject="Look", text="Look", now=NOON)

    assert asked == [{"asked_by": ASKED}] * len(asked)
    assert len(asked) >= 2


def test_an_id_at_hand_is_kept_inside():
    with trace.under(ASKED), trace.under() as inner:
        assert inner == ASKED


def test_a_request_hands_its_own_id_to_its_tasks(monkeypatch):
    asked: list[dict] = []
    monkeypatch.setattr(alerts, "async_task", lambda *given, **named: asked.append(named))
    given_up = alerts.AdminAlert.objects.create(key="k", address="a@corp.example", subject="S", created_at=NOON)

    browser(AdminFactory()).post(
        f"/desk/helpdesk/adminalert/{given_up.pk}/send-again/",
        {"_form_submitted": "on"},
        headers={"X-Request-ID": ASKED},
    )

    assert asked == [{"asked_by": ASKED}]
