"""A break-glass account, its door open and Entra ID away, for the tests of both."""

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpdesk.services import break_glass
from tests.clock import NOON

DOOR = "/sign-in/local/"
NAME = "glass"


@pytest.fixture
def door_open(settings):
    settings.LINEUP_BREAK_GLASS = True
    settings.ENTRA_AUTHORITY = "http://127.0.0.1:9/away"


@pytest.fixture
def account() -> break_glass.Account:
    return break_glass.make_account(username=NAME, renew=False, now=NOON)


def code_now(username: str = NAME, *, steps: int = 0) -> str:
    device = TOTPDevice.objects.get(user__username=username)
    return f"{totp(device.bin_key, step=device.step, t0=device.t0 - steps * device.step, digits=6):06d}"


def wrong_code() -> str:
    """Six digits that are none of the codes that would be taken."""
    good = {code_now(steps=step) for step in (-2, -1, 0, 1, 2)}
    return next(f"{number:06d}" for number in range(10) if f"{number:06d}" not in good)


def attempt(client: Client, account: break_glass.Account, **change: str):
    sent = {"username": account.username, "password": account.password, "code": code_now(), **change}
    return client.post(DOOR, sent)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
