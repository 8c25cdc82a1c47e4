"""`GET /health/deep`: failing within two minutes of whatever stands still, and nothing told to strangers (S4)."""

import json
from datetime import timedelta
from unittest import mock

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jwt.algorithms import RSAAlgorithm

from helpdesk import tasks
from helpdesk.models import Heartbeat, Notification, ProviderKeys
from helpdesk.sso import keys
from project import deep_health
from storage.errors import StorageDown
from tests.clock import held
from tests.entering import enter
from tests.factories import AdminFactory, SM1Factory, a_ticket

pytestmark = pytest.mark.django_db

KEY = json.loads(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key())) | {"kid": "one"}
PARTS = ["database", "worker", "outbox", "storage", "provider_keys"]


@pytest.fixture(autouse=True)
def well(settings):
    """A desk on which all is well: the worker has just been here, S3 and the provider answer."""
    cache.clear()
    address = f"{settings.ENTRA_AUTHORITY}/discovery/v2.0/keys"
    ProviderKeys.objects.create(address=address, document={"keys": [KEY]}, fetched_at=held.moment, tried_at=held.moment)
    Heartbeat.objects.create(name="tick", beat_at=held.moment)
    with mock.patch("storage.s3.Bucket.check") as check:
        yield check
    cache.clear()


def seen_by(person=None):
    cache.delete("deep-health")
    client = Client()
    if person is not None:
        enter(client, person)
    return client.get("/health/deep")


def ill() -> dict[str, str]:
    """The parts that are not well, in words."""
    parts = seen_by(AdminFactory()).json()["parts"]
    assert list(parts) == PARTS
    return {name: part["detail"] for name, part in parts.items() if part["status"] != "ok"}


def test_all_is_well():
    answer = seen_by()

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"
    assert ill() == {}


def test_strangers_and_staff_learn_whether_and_only_admins_what():
    held.forward(minutes=3)

    for person in (None, SM1Factory()):
        answer = seen_by(person)
        assert (answer.status_code, answer.json()) == (503, {"status": "failing"})
    assert ill() == {"worker": "The last tick was 3 min ago."}


def test_the_worker_is_missed_after_two_minutes_and_a_tick_puts_it_right():
    held.forward(seconds=120)
    assert ill() == {}
    held.forward(seconds=1)
    assert list(ill()) == ["worker"]

    tasks.tick()

    assert ill() == {}
    Heartbeat.objects.all().delete()
    assert ill() == {"worker": "No tick has come to its end yet."}


def test_a_mail_that_waits_or_was_given_up_is_told():
    AdminFactory()
    a_ticket()
    Heartbeat.objects.update(beat_at=held.forward(minutes=6))
    assert ill() == {"outbox": "A mail waits since 6 min."}

    Notification.objects.update(state="dead")
    assert ill()["outbox"].startswith("Mails given up in the last 3 days: ")
    Notification.objects.update(created_at=held.moment - timedelta(days=3, seconds=1))
    assert ill() == {}


def test_s3_away_is_told(well):
    well.side_effect = StorageDown("away")
    assert ill() == {"storage": "The file store does not answer or refuses us."}
    well.side_effect = RuntimeError("odd")
    assert ill() == {"storage": "It could not be looked at; the log says why."}


def test_keys_are_asked_for_each_hour_and_missed_after_a_day():
    with mock.patch.object(keys, "_read", return_value=None) as read:
        assert ill() == {}
        assert read.call_count == 0
        Heartbeat.objects.update(beat_at=held.forward(hours=2))
        assert ill() == {}
        assert read.call_count == 1
        Heartbeat.objects.update(beat_at=held.forward(hours=23))
        assert ill() == {"provider_keys": "The keys were last read 25 h ago."}
    ProviderKeys.objects.update(fetched_at=None)
    assert ill()["provider_keys"] == "The keys could never be read."


def test_without_the_database_it_still_answers():
    with mock.patch("helpdesk.selectors.wellbeing.background", side_effect=OperationalError):
        answer = seen_by()

    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


def test_many_questions_are_one_look(well):
    seen_by()
    client = Client()
    with CaptureQueriesContext(connection) as captured:
        for _ in range(20):
            client.get("/health/deep")

    assert well.call_count == 1
    assert len(captured) == 0


def test_only_reading():
    assert Client().post("/health/deep").status_code == 405
    assert deep_health.LOOKS_EVERY <= 30
