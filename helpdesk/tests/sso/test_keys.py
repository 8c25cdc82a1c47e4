"""The provider's keys: shared, read rarely, found after a rotation, served while the provider is away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from django.db import connection

from helpdesk.models import ProviderKeys
from helpdesk.sso import keys, tokens
from tests.clock import HeldClock
from tests.forge import ASHA

pytestmark = pytest.mark.django_db


class Provider:
    """Counts the readings of the key document, and can be away or answer nonsense."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.answer: Exception | dict | None = None
        genuine = jwt.PyJWKClient.fetch_data

        def fetch(client: jwt.PyJWKClient) -> object:
            self.asked += 1
            if isinstance(self.answer, Exception):
                raise self.answer
            return genuine(client) if self.answer is None else self.answer

        monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", fetch)

    def goes_away(self) -> None:
        self.answer = jwt.PyJWKClientConnectionError("away")


@pytest.fixture
def provider(entra, monkeypatch) -> Provider:
    return Provider(monkeypatch)


def read(token: str) -> str:
    """As another process would: remembering nothing."""
    keys.forget()
    return tokens.access_token_claims(token)["preferred_username"]


def test_keys_are_read_once_for_all_processes(entra, provider):
    for _ in range(5):
        assert read(entra.api_token(ASHA)) == ASHA

    assert provider.asked == 1


def test_a_process_that_remembers_the_keys_asks_nobody(entra, provider, django_assert_num_queries):
    read(entra.api_token(ASHA))
    token = entra.api_token(ASHA)

    with django_assert_num_queries(0):
        tokens.access_token_claims(token)


def test_a_flood_of_unknown_keys_costs_one_reading_in_five_minutes(entra, provider, clock: HeldClock):
    read(entra.api_token(ASHA))
    clock.forward(minutes=5)

    for number in range(1000):
        if number % 100 == 0:
            keys.forget()
        with pytest.raises(tokens.TokenRefused):
            tokens.access_token_claims(entra.api_token(ASHA, fault="unknown_kid"))

    assert provider.asked == 2


def test_the_flood_does_not_hurt_those_with_a_good_token(entra, provider):
    read(entra.api_token(ASHA))
    provider.goes_away()
    for _ in range(10):
        with pytest.raises(tokens.TokenRefused):
            read(entra.api_token(ASHA, fault="unknown_kid"))

    assert read(entra.api_token(ASHA)) == ASHA


def test_a_new_key_is_found_after_the_cooldown(entra, provider, clock: HeldClock):
    read(entra.api_token(ASHA))
    entra.tokens.rotate()
    with pytest.raises(tokens.TokenRefused):
        read(entra.api_token(ASHA))

    clock.forward(minutes=5)

    assert read(entra.api_token(ASHA)) == ASHA


def test_a_key_that_is_no_longer_published_counts_no_longer(entra, provider, clock: HeldClock):
    token = entra.api_token(ASHA)
    read(token)
    entra.tokens.rotate(keep_old=False)

    clock.forward(hours=1)

    with pytest.raises(tokens.TokenRefused):
        read(token)


@pytest.mark.parametrize(
    "answer",
    [jwt.PyJWKClientConnectionError("away"), TimeoutError("slow"), ValueError("x"), {"keys": []}, {"error": "busy"}],
    ids=["away", "slow", "broken", "no keys", "another document"],
)
def test_known_keys_serve_for_days_while_the_provider_gives_none(entra, provider, clock: HeldClock, answer):
    token = entra.api_token(ASHA)
    read(token)
    provider.answer = jwt.PyJWKClientError("not an object") if isinstance(answer, ValueError) else answer

    for hours in (1, 24, 48, 71):
        clock.set(clock.moment.replace(day=4, hour=12))
        clock.forward(hours=hours)
        assert read(token) == ASHA

    assert provider.asked > 1


def test_keys_that_are_too_old_are_believed_no_longer(entra, provider, clock: HeldClock):
    token = entra.api_token(ASHA)
    read(token)
    provider.goes_away()
    clock.forward(hours=73)

    with pytest.raises(tokens.KeysUnreachable):
        read(token)


def test_a_provider_that_was_away_at_the_start_is_asked_again_soon(entra, provider, clock: HeldClock):
    provider.goes_away()
    for _ in range(5):
        with pytest.raises(tokens.KeysUnreachable):
            read(entra.api_token(ASHA))
    assert provider.asked == 1

    provider.answer = None
    clock.forward(seconds=10)

    assert read(entra.api_token(ASHA)) == ASHA


def test_a_clock_set_back_does_not_stop_the_readings(entra, provider, clock: HeldClock):
    clock.forward(days=30)
    read(entra.api_token(ASHA))
    clock.forward(days=-30)
    entra.tokens.rotate()

    assert read(entra.api_token(ASHA)) == ASHA


def test_keys_for_something_else_than_signing_are_no_keys(entra, provider):
    published = entra.tokens.published()["keys"]
    provider.answer = {"keys": [published[0] | {"use": "enc"}]}

    with pytest.raises(tokens.TokenRefused):
        read(entra.api_token(ASHA))


def test_keys_that_cannot_be_read_are_not_the_callers_fault(client, entra, provider):
    provider.goes_away()

    answer = client.get("/api/me/", headers={"authorization": f"Bearer {entra.api_token(ASHA)}"})

    assert answer.status_code == 503
    assert answer.json()["code"] == "provider_unreachable"


@pytest.mark.django_db(transaction=True)
def test_many_processes_at_once_make_one_reading(entra, provider, clock: HeldClock):
    read(entra.api_token(ASHA))
    clock.forward(minutes=6)
    unknown = entra.api_token(ASHA, fault="unknown_kid")
    together = threading.Barrier(8)

    def flood(_: int) -> None:
        together.wait()
        try:
            for _ in range(10):
                with pytest.raises(tokens.TokenRefused):
                    read(unknown)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(flood, range(8)))

    assert provider.asked == 2
    assert ProviderKeys.objects.count() == 1
