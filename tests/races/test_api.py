"""The API under many callers at once: one key is one act with one answer (C6), and a limit is a limit (W4)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as desk
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from helpdesk.api import guard
from helpdesk.models import CallCount, IdempotencyKey, Notification, Ticket, User
from helpdesk.services.limits import Limit, take
from helpdesk.sso import sessions
from tests.factories import ApplicationFactory, ReporterFactory, SM1Factory, SM2Factory
from tests.races.harness import Track, rounds, track
from tests.races.invariants import broken
from tests.serving import address_of, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

IDENTICAL = 20
PARALLEL = 40
LIMIT = 10
KEY = "7d9a3c52-1f0e-4a67-8a0f-5f3f2f6a9b10"
ISSUE = {"application": "EXP", "title": "The export stops", "description": "At page 3.", "priority": "high"}


@pytest.fixture
def twenty() -> Iterator[Track]:
    with track(IDENTICAL) as racing:
        yield racing
    assert broken() == []


@pytest.fixture
def forty() -> Iterator[Track]:
    with track(PARALLEL) as racing:
        yield racing


@pytest.fixture
def reporter() -> str:
    """Who raises the ticket, by the cookie; two scrum masters are there to hear of it."""
    ApplicationFactory(code="EXP")
    SM1Factory()
    SM2Factory()
    return cookie_of(ReporterFactory())


def cookie_of(person: User) -> str:
    """The cookie of somebody who signed in some minutes ago."""
    client = Client()
    client.force_login(person)
    session = client.session
    sessions.begin(session)
    session.save()
    return client.cookies[desk.SESSION_COOKIE_NAME].value


def browser(cookie: str = "") -> Client:
    """A browser of its own for each runner."""
    client = Client(raise_request_exception=False)
    if cookie:
        client.cookies[desk.SESSION_COOKIE_NAME] = cookie
    return client


def raising(cookie: str, key: str, **changed: Any) -> Callable[[], HttpResponse]:
    """The act of raising the issue with this key."""
    sent, headers = ISSUE | changed, {"Idempotency-Key": key}
    return lambda: browser(cookie).post("/api/tickets/", sent, "application/json", headers=headers)


def asking(cookie: str = "", **sent: Any) -> Callable[[], int]:
    """The status of one call."""
    return lambda: browser(cookie).get("/api/me/", **sent).status_code


def test_twenty_identical_posts_at_once_are_one_ticket_one_set_of_mails_and_twenty_equal_answers(
    twenty: Track, reporter: str
) -> None:
    """C6 of the reliability page."""
    alone = raising(reporter, "first")()
    mails = Notification.objects.filter(ticket__case_id=alone.json()["case_id"]).count()
    assert mails >= 3

    for number in rounds(proof=100):
        answers = twenty.race(*[raising(reporter, f"{KEY}-{number}")] * IDENTICAL)

        assert {one.status_code for one in answers} == {201}
        assert len({one.content for one in answers}) == 1
        assert len({(one["ETag"], one["Location"]) for one in answers}) == 1
        assert sum("Idempotency-Replayed" not in one for one in answers) == 1
        assert Ticket.objects.count() == IdempotencyKey.objects.count() == number + 2
        case_id = answers[0].json()["case_id"]
        assert Notification.objects.filter(ticket__case_id=case_id).count() == mails

    numbers = sorted(int(one.rpartition("-")[2]) for one in Ticket.objects.values_list("case_id", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_of_two_bodies_under_one_key_one_is_done_and_the_other_refused(twenty: Track, reporter: str) -> None:
    for number in rounds(proof=100):
        titles = [raising(reporter, f"{KEY}-{number}", title=f"Title {place % 2}") for place in range(IDENTICAL)]

        answers = twenty.race(*titles)

        done = [one for one in answers if one.status_code == 201]
        assert len(done) == IDENTICAL / 2
        assert len({one.content for one in done}) == 1
        assert {one.json()["code"] for one in answers if one.status_code != 201} == {"idempotency_key_reused"}
        assert {one.status_code for one in answers} == {201, 422}
        assert Ticket.objects.count() == number + 1


def test_where_the_first_is_refused_the_next_of_the_waiting_goes_on(
    twenty: Track, reporter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key whose act is rolled back is free again: the others do not hang on it."""
    refused = threading.Lock()
    act = raising(reporter, KEY)
    original = Ticket.save

    def once_broken(ticket: Ticket, *args: Any, **kw: Any) -> None:
        if refused.acquire(blocking=False):
            raise RuntimeError("a fault of the first one")
        original(ticket, *args, **kw)

    monkeypatch.setattr(Ticket, "save", once_broken)

    answers = twenty.race(*[act] * IDENTICAL)

    assert sorted(one.status_code for one in answers) == [201] * (IDENTICAL - 1) + [500]
    assert Ticket.objects.count() == 1


def test_a_request_that_takes_too_long_is_not_waited_for(reporter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is told to come again; when it does it gets the answer of the first."""
    working, go_on = threading.Event(), threading.Event()
    original = Ticket.save

    def slow(ticket: Ticket, *args: Any, **kw: Any) -> None:
        working.set()
        assert go_on.wait(20)
        original(ticket, *args, **kw)

    monkeypatch.setattr(Ticket, "save", slow)
    first, second = raising(reporter, KEY), raising(reporter, KEY)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(_and_close, first)
        assert working.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 200")
            told = second()
            cursor.execute("RESET lock_timeout")
        go_on.set()
        done = answer.result(20)

    assert (told.status_code, told.json()["code"]) == (409, "request_in_progress")
    assert second().content == done.content
    assert Ticket.objects.count() == 1


def _and_close(act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return act()
    finally:
        connection.close()


@pytest.mark.parametrize("kind", ["PERSON", "ADDRESS"])
def test_of_forty_calls_at_once_ten_pass(forty: Track, settings: Any, kind: str) -> None:
    setattr(settings, f"LINEUP_CALLS_PER_{kind}", LIMIT)
    for number in rounds(proof=50):
        guard.closed.clear()
        act = asking(cookie_of(ReporterFactory()), REMOTE_ADDR=f"198.51.100.{number % 250}")

        statuses = forty.race(*[act] * PARALLEL)

        assert sorted(statuses) == [200] * LIMIT + [429] * (PARALLEL - LIMIT)
        CallCount.objects.all().delete()


def test_of_forty_strangers_at_once_from_one_address_ten_are_looked_at(forty: Track, settings: Any) -> None:
    settings.LINEUP_CALLS_PER_ADDRESS = LIMIT

    statuses = forty.race(*[asking() for _ in range(PARALLEL)])

    assert sorted(statuses) == [401] * LIMIT + [429] * (PARALLEL - LIMIT)


def test_of_forty_links_asked_for_at_once_ten_are_looked_at(forty: Track, settings: Any) -> None:
    settings.LINEUP_CALLS_OF_KIND = {"links": LIMIT}
    cookie = cookie_of(ReporterFactory())

    def ask() -> int:
        sent = {"attachment_id": 1}
        return browser(cookie).post("/api/presign-download/", sent, "application/json").status_code

    statuses = forty.race(*[ask] * PARALLEL)

    assert sorted(statuses) == [404] * LIMIT + [429] * (PARALLEL - LIMIT)


def test_counts_of_many_people_behind_one_address_never_wait_for_each_other_in_a_circle(forty: Track) -> None:
    """Each call counts its address first: in any other order two of them could each hold what the other wants."""

    def counted(place: int) -> Callable[[], dict[str, float]]:
        wanted = [Limit(key=f"address:{place % 3}", most=1_000_000), Limit(key=f"person:{place % 5}", most=1_000_000)]
        return lambda: [take(wanted) for _ in range(20)][-1]

    for _ in rounds(proof=50):
        results = forty.race(*[counted(place) for place in range(PARALLEL)])

        assert [one for one in results if one != {}] == []

    by_address = CallCount.objects.filter(key__startswith="address:").values_list("count", flat=True)
    assert sum(by_address) % (PARALLEL * 20) == 0


def test_two_processes_count_together_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    """Over real connections: gunicorn with two workers, started twice within the minute."""
    cookie = cookie_of(ReporterFactory())
    limits = {"LINEUP_CALLS_PER_PERSON": str(LIMIT)}

    def asked(url: str) -> int:
        return requests.get(f"{url}/api/me/", cookies={desk.SESSION_COOKIE_NAME: cookie}, timeout=30).status_code

    statuses, kept = [], address_of(connection.settings_dict)
    for start in range(2):
        log = tmp_path / f"web{start}.log"
        with (
            serving("project.settings.test", database=kept, log=log, **limits) as url,
            ThreadPoolExecutor(PARALLEL) as pool,
        ):
            statuses.append(sorted(pool.map(asked, [url] * PARALLEL)))

    assert statuses == [[200] * LIMIT + [429] * (PARALLEL - LIMIT), [429] * PARALLEL]
