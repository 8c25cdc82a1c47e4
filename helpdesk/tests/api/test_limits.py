"""How many calls pass: by person, by address, and of links; what is counted, what a refusal says, and when it ends (W4)."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.addresses import household_of
from helpdesk.api import guard
from helpdesk.models import CallCount, SignInTries
from helpdesk.services import limits
from helpdesk.services.limits import Limit, seconds_to_wait, sweep_counts, take
from helpdesk.tasks import forget_calls
from tests.entering import enter
from tests.factories import ReporterFactory, UserFactory, a_ticket

pytestmark = pytest.mark.django_db

TEN = Limit(key="person:1", most=10)


def asked(person=None, path="/api/me/", **sent) -> int:
    """The status of a call of this person, or of a stranger."""
    client = Client()
    if person:
        enter(client, person)
    return client.get(path, **sent).status_code


def passed(times: int, *wanted: Limit) -> int:
    """How many of so many calls pass."""
    return sum(not take(wanted) for _ in range(times))


def later(seconds: float) -> None:
    """Let this long go by for every count; the doors this process remembers open too."""
    CallCount.objects.update(began_at=F("began_at") - timedelta(seconds=seconds))
    guard.closed.clear()


def test_a_person_is_let_in_as_often_as_the_limit_says_and_others_are_not_touched(settings):
    settings.LINEUP_CALLS_PER_PERSON = 3
    one, other = ReporterFactory(), ReporterFactory()

    assert [asked(one) for _ in range(5)] == [200, 200, 200, 429, 429]
    assert asked(other) == 200


def test_a_refused_call_says_when_to_come_back_and_then_it_passes(settings, client):
    settings.LINEUP_CALLS_PER_PERSON = 3
    enter(client, ReporterFactory())
    for _ in range(3):
        client.get("/api/me/")

    refused = client.get("/api/me/")

    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "throttled"
    wait = int(refused["Retry-After"])
    assert 60 < wait <= 81
    assert f"{wait} seconds" in refused.json()["detail"]
    later(wait - 5)
    assert client.get("/api/me/").status_code == 429
    later(5)
    assert client.get("/api/me/").status_code == 200


def test_an_address_is_counted_whoever_calls_from_it(settings):
    settings.LINEUP_CALLS_PER_ADDRESS = 4

    assert [asked(), asked(ReporterFactory()), asked(ReporterFactory()), asked(), asked()] == [401, 200, 200, 401, 429]
    assert asked(ReporterFactory()) == 429
    assert asked(ReporterFactory(), REMOTE_ADDR="198.51.100.7") == 200


def test_tokens_that_are_refused_are_counted_too_and_then_nobody_looks_at_them(settings, client, entra):
    settings.LINEUP_CALLS_PER_ADDRESS = 3
    forged = {"Authorization": f"Bearer {entra.api_token('asha.nair@corp.example', fault='signature')}"}

    assert [client.get("/api/me/", headers=forged).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert SignInTries.objects.get(key__startswith="token:").count == 3
    with CaptureQueriesContext(connection) as asked_for:
        assert client.get("/api/me/", headers=forged).status_code == 429
    assert len(asked_for) == 0


def test_links_have_a_limit_of_their_own(settings, client):
    settings.LINEUP_CALLS_OF_KIND = {"links": 2}
    ticket = a_ticket()
    enter(client, ticket.reporter)

    sent = [client.post("/api/presign-download/", {"attachment_id": 1}, "application/json") for _ in range(3)]

    assert [one.status_code for one in sent] == [404, 404, 429]
    assert client.post("/api/presign-upload/", {}, "application/json").status_code == 429
    assert client.get("/api/me/").status_code == 200


@pytest.mark.parametrize("path", ["/api/schema/", "/api/nothing/here/", "/api/tickets/", "/api/me/"])
def test_no_address_of_the_api_goes_uncounted(settings, path):
    settings.LINEUP_CALLS_PER_PERSON = 1
    person = ReporterFactory()
    asked(person)

    assert asked(person, path) == 429
    assert asked(person, path) == 429


def test_what_a_caller_says_of_its_address_is_not_believed(settings):
    settings.LINEUP_CALLS_PER_ADDRESS = 2

    without = [asked(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}") for number in range(3)]
    settings.LINEUP_PROXIES = 1
    behind_one = [asked(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7") for number in range(3)]

    assert without == behind_one == [401, 401, 429]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("nonsense", "nonsense"),
        ("x" * 500, "x" * 60),
        ("", ""),
    ],
)
def test_a_line_of_ipv6_is_one_caller_whatever_address_it_picks(address, counted):
    assert household_of(address) == counted


@pytest.mark.parametrize("kind", ["PERSON", "ADDRESS"])
def test_none_is_said_with_0(settings, kind):
    setattr(settings, f"LINEUP_CALLS_PER_{kind}", 0)
    person = ReporterFactory()

    assert {asked(person) for _ in range(5)} == {200}


def test_counting_is_one_statement_for_both_limits_and_none_where_there_is_no_limit(settings, client):
    enter(client, ReporterFactory())
    with CaptureQueriesContext(connection) as both:
        client.get("/api/me/")
    settings.LINEUP_CALLS_PER_PERSON = settings.LINEUP_CALLS_PER_ADDRESS = 0
    with CaptureQueriesContext(connection) as none:
        client.get("/api/me/")

    assert [sum("helpdesk_callcount" in one["sql"] for one in asked_for) for asked_for in (both, none)] == [1, 0]
    assert CallCount.objects.count() == 2


def test_who_cannot_be_counted_is_not_let_in(client, monkeypatch, caplog):
    def broken(_limits):
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(limits, "take", broken)
    enter(client, ReporterFactory())

    answer = client.post("/api/tickets/", {"title": "x"}, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_counted")
    assert answer["Retry-After"] == "5"
    assert "closed the connection" not in answer.content.decode()
    assert "could not be counted" in caplog.text


def test_within_a_minute_exactly_the_limit_passes_and_what_does_not_is_not_counted():
    assert passed(40, TEN) == 10
    assert CallCount.objects.get(key=TEN.key).count == 10
    later(30)
    assert passed(40, TEN) == 0


@pytest.mark.parametrize(("seconds", "more"), [(61, 0), (67, 1), (90, 5), (114, 9), (121, 10), (500, 10)])
def test_the_minute_before_weighs_as_much_as_of_it_is_within_the_last_sixty_seconds(seconds, more):
    passed(10, TEN)
    later(seconds)

    assert passed(40, TEN) == more


def test_a_call_passes_all_of_its_limits_or_none():
    wide = Limit(key="address:x", most=100)

    assert passed(12, wide, TEN) == 10
    assert take([wide, TEN]).keys() == {TEN.key}


@pytest.mark.parametrize(
    ("before", "count", "age"), [(0, 10, 0.0), (0, 10, 59.0), (10, 4, 20.0), (10, 9, 1.0), (3, 8, 5.0)]
)
def test_after_the_wait_that_is_said_the_next_call_passes_and_a_second_earlier_it_does_not(before, count, age):
    passed(1, TEN)
    CallCount.objects.update(before=before, count=count, began_at=F("began_at") - timedelta(seconds=age))

    wait = take([TEN])[TEN.key]

    assert wait == pytest.approx(seconds_to_wait(most=10, count=count, before=before, age=age), abs=0.5)
    later(wait - 1)
    assert passed(1, TEN) == 0
    later(1.1)
    assert passed(1, TEN) == 1


def test_a_limit_of_one_is_kept_too():
    once = Limit(key="person:2", most=1)

    assert passed(3, once) == 1
    later(61)
    assert passed(3, once) == 0
    later(60)
    assert passed(3, once) == 1


def test_counts_that_no_longer_weigh_are_forgotten():
    take([TEN])
    later(181)
    take([Limit(key="person:2", most=10)])

    assert sweep_counts() == 1
    assert [row.key for row in CallCount.objects.all()] == ["person:2"]
    assert {"counts": 0, "keys": 0}.items() <= forget_calls().items()


def test_a_process_keeps_no_more_closed_doors_in_mind_than_it_has_room_for(monkeypatch, settings):
    monkeypatch.setattr(guard, "REMEMBERED", 2)
    settings.LINEUP_CALLS_PER_ADDRESS = 1
    for number in range(5):
        assert [asked(REMOTE_ADDR=f"198.51.100.{number}") for _ in range(2)] == [401, 429]

    assert len(guard.closed) <= 2
    assert asked(REMOTE_ADDR="198.51.100.0") == 429


def test_the_counts_do_not_wait_for_the_disk():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'helpdesk_callcount'")
        assert cursor.fetchone() == ("u",)


def test_who_has_no_role_is_counted_as_well(settings):
    settings.LINEUP_CALLS_PER_PERSON = 1
    person = UserFactory()

    assert [asked(person), asked(person)] == [403, 429]
