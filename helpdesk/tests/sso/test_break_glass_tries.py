"""Tries of the break-glass sign-in: five, then a lock that grows, per account and per address, and for nobody else (T8)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from helpdesk.models import SignInTries
from helpdesk.services import break_glass, tries
from helpdesk.tests.sso.glass import DOOR, NAME, attempt, code_now
from tests.clock import NOON, HeldClock
from tests.provider import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_open")]


def test_five_tries_then_a_lock_that_grows(client, account, clock: HeldClock):
    for _ in range(5):
        assert attempt(client, account, password="wrong").status_code == 403

    for minutes in (1, 2, 4, 8, 15, 15):
        locked = attempt(client, account)
        assert locked.status_code == 429
        assert locked["Retry-After"] == str(minutes * 60)
        assert f"wait {minutes} minute" in locked.content.decode()
        clock.forward(minutes=minutes)
        assert attempt(client, account, password="wrong").status_code == 403


def test_after_the_lock_the_right_proofs_open_and_the_tries_are_forgotten(client, account, clock: HeldClock):
    for _ in range(5):
        attempt(client, account, password="wrong")
    clock.forward(minutes=1)

    assert attempt(client, account).status_code == 302
    assert not SignInTries.objects.exists()


def test_an_account_is_locked_wherever_the_tries_come_from(account):
    for number in range(5):
        attempt(Client(REMOTE_ADDR=f"10.0.0.{number}"), account, password="wrong")

    assert attempt(Client(REMOTE_ADDR="10.0.1.1"), account).status_code == 429


def test_an_address_is_locked_whoever_is_tried(client, account):
    for number in range(5):
        assert attempt(client, account, username=f"name-{number}").status_code == 403

    assert attempt(client, account).status_code == 429
    assert attempt(Client(REMOTE_ADDR="10.0.0.1"), account).status_code == 302


def test_a_whole_network_of_one_machine_is_one_address(account):
    for number in range(5):
        attempt(Client(REMOTE_ADDR=f"2001:db8::{number}"), account, username="x")

    assert attempt(Client(REMOTE_ADDR="2001:db8::ffff"), account).status_code == 429
    assert attempt(Client(REMOTE_ADDR="2001:db8:0:1::1"), account).status_code == 302


@pytest.mark.parametrize(("hops", "expected"), [(0, 429), (1, 302)])
def test_what_a_caller_writes_about_their_address_is_not_believed(account, settings, hops, expected):
    """Without proxies the header is nobody's word; with one, only its last entry is."""
    settings.LINEUP_PROXIES = hops
    for number in range(5):
        attempt(
            Client(headers={"x-forwarded-for": f"10.0.0.{number}, 10.9.9.{number if hops else 1}"}),
            account,
            username="x",
        )
    forged = Client(headers={"x-forwarded-for": "10.0.0.77, 10.9.9.77"})

    assert attempt(forged, account).status_code == expected


def test_a_lock_keeps_nobody_out_of_the_sign_in_with_microsoft(client, entra):
    for _ in range(8):
        client.post(DOOR, {"username": entra.person("asha.nair@corp.example").oid, "password": "x", "code": "123456"})
    assert client.post(DOOR, {"username": "x", "password": "x", "code": "123456"}).status_code == 429

    assert sign_in(client, "asha.nair@corp.example").status_code == 302


def test_names_that_do_not_exist_are_locked_like_those_that_do(account):
    answers = []
    for name in (NAME, "nobody"):
        one = [
            attempt(Client(REMOTE_ADDR=f"10.{number}.0.{len(name)}"), account, username=name, password="wrong")
            for number in range(7)
        ]
        answers.append([(answer.status_code, answer.get("Retry-After")) for answer in one])

    assert answers[0] == answers[1]


def test_old_tries_are_forgotten_after_a_day(clock: HeldClock):
    for _ in range(5):
        tries.take("address:x", now=NOON)
    assert tries.take("address:x", now=NOON)[0] is False

    assert tries.take("address:x", now=NOON + timedelta(days=1, minutes=1)) == (True, None)


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_five_are_looked_at():
    together = threading.Barrier(8)

    def guess(number: int) -> list[bool]:
        together.wait()
        try:
            return [tries.take("account:x", now=NOON)[0] for _ in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        admitted = [one for some in pool.map(guess, range(8)) for one in some]

    assert (len(admitted), sum(admitted)) == (40, 5)


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_twice_at_once_opens_once():
    account = break_glass.make_account(username=NAME, renew=False, now=NOON)
    code = code_now()
    together = threading.Barrier(2)

    def enter(number: int) -> int:
        together.wait()
        try:
            return attempt(Client(REMOTE_ADDR=f"10.0.0.{number}"), account, code=code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, range(2))) == [302, 403]
