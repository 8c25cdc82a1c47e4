"""Refused bearer tokens are on record: one row a minute for each cause and address, with how many there were."""

from datetime import timedelta

import pytest
from django.test import Client

from helpdesk.models import AuditEvent, SignInTries, User
from helpdesk.services import sign_ins
from helpdesk.services.people import set_active
from helpdesk.tasks import tick
from tests.clock import NOON, HeldClock
from tests.forge import ASHA
from tests.provider import sign_in

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def call(token: str, address: str = "203.0.113.7") -> int:
    return Client(REMOTE_ADDR=address).get("/api/me/", headers={"Authorization": f"Bearer {token}"}).status_code


def rows() -> list[tuple[str, str, int]]:
    found = AuditEvent.objects.filter(act="token_refused").order_by("pk")
    return [(one.after["code"], one.after["address"], one.after["count"]) for one in found]


def test_a_refused_token_leaves_a_row_without_any_of_the_token(entra):
    assert call("not.a.token") == 401

    assert rows() == [("token_invalid", "203.0.113.7", 1)]
    event = AuditEvent.objects.get()
    assert (event.actor, event.subject_label) == (None, "203.0.113.7")
    assert "not.a.token" not in str([event.before, event.after, event.reason])


def test_a_flood_leaves_one_row_a_minute_that_says_how_many(entra, clock: HeldClock):
    for _ in range(20):
        call("x.y.z")
    assert rows() == [("token_invalid", "203.0.113.7", 1)]

    clock.forward(seconds=61)
    call("x.y.z")
    call("x.y.z")

    assert rows() == [("token_invalid", "203.0.113.7", 1), ("token_invalid", "203.0.113.7", 20)]


def test_what_was_only_counted_is_told_by_the_tick_once(entra, clock: HeldClock):
    for _ in range(5):
        call("x.y.z")
    assert tick()["refusals"] == 0

    clock.forward(seconds=61)

    assert (tick()["refusals"], tick()["refusals"]) == (1, 0)
    assert rows()[1:] == [("token_invalid", "203.0.113.7", 4)]


def test_causes_and_addresses_are_counted_apart(entra, clock: HeldClock):
    call("x.y.z")
    call("x.y.z", address="2001:db8::7")
    call(entra.api_token(ASHA))
    sign_in(Client(), ASHA)
    set_active(actor=None, user=User.objects.get(), is_active=False, reason="", now=NOON)
    call(entra.api_token(ASHA))

    assert rows() == [
        ("token_invalid", "203.0.113.7", 1),
        ("token_invalid", "2001:db8::7", 1),
        ("person_unknown", "203.0.113.7", 1),
        ("person_inactive", "203.0.113.7", 1),
    ]
    assert AuditEvent.objects.filter(act="token_refused", subject=User.objects.get()).count() == 1


def test_the_tick_names_the_whole_of_an_address_with_colons(clock: HeldClock):
    for _ in range(3):
        sign_ins.token_refused(code="token_invalid", address="2001:db8::7", now=clock.moment)

    assert sign_ins.sweep_refusals(clock.moment + 2 * MINUTE) == 1
    assert rows()[-1] == ("token_invalid", "2001:db8::7", 2)


def test_what_was_told_is_forgotten_after_a_day_and_break_glass_tries_are_not_touched(clock: HeldClock):
    sign_ins.token_refused(code="token_invalid", address="203.0.113.7", now=clock.moment)
    SignInTries.objects.create(key="glass", count=3, last_at=clock.moment)

    sign_ins.sweep_refusals(clock.moment + timedelta(days=1, minutes=1))

    assert list(SignInTries.objects.values_list("key", "count")) == [("glass", 3)]


def test_a_token_that_is_taken_leaves_nothing(entra):
    sign_in(Client(), ASHA)

    assert call(entra.api_token(ASHA)) == 200
    assert rows() == []
    assert not SignInTries.objects.exists()
