"""The log of mails: what it shows, how it is narrowed, how it is paged, and what it refuses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.admin import log_filters
from helpdesk.models import Comment, Notification, Ticket
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_logs.hostile import CORPUS, alive_in
from helpdesk.tests.notifications.samples import SAMPLES, a_row
from tests.clock import NOON
from tests.factories import AdminFactory, ApplicationFactory, EngineerFactory, ReporterFactory, SM1Factory, a_ticket

pytestmark = pytest.mark.django_db

LOG = reverse("admin:helpdesk_notification_changelist")
State = Notification.State


def page_of(row: Notification) -> str:
    return reverse("admin:helpdesk_notification_change", args=(row.pk,))


def frame_of(row: Notification) -> str:
    return reverse("admin:helpdesk_notification_mail", args=(row.pk,))


def shown(client, **asked: object) -> list[int]:
    answer = client.get(LOG, asked)
    assert answer.status_code == 200
    return [row["mail"].pk for row in answer.context_data["rows"]]


@pytest.fixture
def ticket() -> Ticket:
    """A ticket without mails but those a test writes: its own are of no concern here."""
    made = a_ticket(application=ApplicationFactory(code="EXP"), reporter=ReporterFactory(name="Rita"))
    made.notifications.all().delete()
    return made


@pytest.fixture
def client():
    return browser(AdminFactory(name="Ines"))


def test_the_log_says_what_became_of_each_mail_and_why(client, ticket):
    lost = a_row(ticket=ticket, state=State.DEAD, attempts=30, last_error="550 no such mailbox")
    a_row("due soon", ticket=ticket, state=State.FAILED, attempts=3, last_error="421 busy")
    a_row("raised", ticket=ticket, state=State.SENT, sent_at=NOON, attempts=1)
    a_row("receipt", ticket=ticket)

    page = client.get(LOG).content.decode()

    for words in ("given up", "550 no such mailbox", "30 tries", "failed, tried again", "421 busy", "sent", "waiting"):
        assert words in page
    for kind in ("Ticket assigned", "Due soon", "Ticket raised", "Receipt"):
        assert kind in page
    assert page_of(lost) in page
    assert "1 mail is given up" in page


def test_the_log_is_narrowed_by_each_filter_and_by_all_at_once(client, ticket):
    other = a_ticket(reporter=ReporterFactory(name="Olga"))
    other.notifications.all().delete()
    maya, omar = SM1Factory(name="Maya Fern"), EngineerFactory(name="Omar", email="omar@corp.example")
    first = a_row("assigned", ticket=ticket, recipient=maya, state=State.DEAD)
    second = a_row("due soon", ticket=other, recipient=omar, created_at=NOON + timedelta(days=2))

    wanted = {
        "state=dead": [first.pk],
        "kind=due_soon": [second.pk],
        f"ticket={ticket.case_id.lower()}": [first.pk],
        "person=maya": [first.pk],
        "person=omar@corp.example": [second.pk],
        "since=2026-03-05": [second.pk],
        "until=2026-03-04": [first.pk],
        "since=2026-03-04&until=2026-03-04": [first.pk],
        f"state=dead&kind=assigned&ticket={ticket.case_id}&person=Maya+Fern&since=2026-03-04": [first.pk],
        "state=dead&kind=due_soon": [],
    }
    found = {query: [row["mail"].pk for row in client.get(f"{LOG}?{query}").context_data["rows"]] for query in wanted}

    assert found == wanted


def test_what_narrows_is_said_each_with_the_way_without_it(client, ticket):
    page = client.get(LOG, {"state": "dead", "ticket": ticket.case_id}).context_data["filters"]

    assert page.active == [
        {"title": "State: Given up", "without": f"?ticket={ticket.case_id}"},
        {"title": f"Ticket: {ticket.case_id}", "without": "?state=dead"},
    ]


def test_pages_begin_where_the_one_before_ended_in_both_directions(client, ticket, monkeypatch):
    monkeypatch.setattr(log_filters, "PAGE_SIZE", 2)
    rows = [a_row(ticket=ticket, created_at=NOON + timedelta(minutes=n // 2)).pk for n in range(5)]
    newest_first = rows[::-1]

    first = client.get(LOG).context_data["page"]
    second = client.get(LOG, {"older": str(first.older)}).context_data["page"]
    third = client.get(LOG, {"older": str(second.older)}).context_data["page"]
    back = client.get(LOG, {"newer": str(third.newer)}).context_data["page"]

    assert [[row.pk for row in page.rows] for page in (first, second, third, back)] == [
        newest_first[:2],
        newest_first[2:4],
        newest_first[4:],
        newest_first[2:4],
    ]
    assert (first.newer, third.older) == (None, None)
    assert f"older={first.older}" in client.get(LOG).content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("reporter__password=x", "There is no filter “reporter__password”."),
        ("recipient__password__startswith=a", "There is no filter “recipient__password__startswith”."),
        ("q=x", "There is no filter “q”."),
        ("state=lost", "“lost” is not one of the list."),
        ("kind=assigned%27--", "is not one of the list."),
        ("ticket=N-QQQ-1", "There is no ticket “N-QQQ-1”."),
        (f"ticket={'9' * 40}", "There is no ticket"),
        ("ticket=%00", "Null characters are not allowed."),
        ("person=nobody+at+all", "Nobody is called “nobody at all”."),
        ("person=%25", "Nobody is called “%”."),
        ("since=2026-02-30", "“2026-02-30” is no day; one is written as 2026-03-04."),
        ("since=yesterday", "“yesterday” is no day; one is written as 2026-03-04."),
        ("since=0001-01-01", "Please choose a day between 2000 and 2999."),
        ("until=9999-12-31", "Please choose a day between 2000 and 2999."),
        ("since=2026-03-05&until=2026-03-04", "The last day is before the first."),
        ("older=yesterday", "This page of the log is not known."),
        ("newer=20260230T120000.000000-0-1", "This page of the log is not known."),
        (f"older=20260303T120000.000000-0-{'9' * 40}", "This page of the log is not known."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_and_stays_typed(query, said, client, ticket):
    a_row(ticket=ticket)

    answer = client.get(f"{LOG}?{query}")

    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "Nothing is shown, as the filters cannot be understood." in page
    assert answer.context_data["rows"] == []
    typed = query.partition("=")[2].partition("&")[0]
    if query.startswith("since=y"):
        assert f'value="{typed}"' in page


def test_a_word_that_fits_many_is_to_be_made_longer(client):
    for number in range(12):
        ReporterFactory(name=f"Kim {number:02}")

    assert "More than 10 people are called “Kim”" in client.get(LOG, {"person": "Kim"}).content.decode()
    assert client.get(LOG, {"person": "Kim 03"}).status_code == 200


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Santiago", "2026-09-06"), ("Africa/Cairo", "2026-04-24"), ("Europe/Berlin", "2026-03-29")],
    ids=["no midnight", "no midnight either", "a short day"],
)
def test_a_day_on_which_the_clocks_change_is_a_whole_day(zone, day, ticket):
    client = browser(AdminFactory(time_zone=zone))
    hours = [NOON.fromisoformat(f"{day}T12:00:00+00:00") + timedelta(hours=step) for step in range(-30, 31)]
    rows = {a_row(ticket=ticket, created_at=hour).pk: hour for hour in hours}
    client.cookies["time_zone"] = zone

    found = shown(client, since=day, until=day)

    assert len(found) in {23, 24, 25}
    assert max(rows[pk] for pk in found) - min(rows[pk] for pk in found) == timedelta(hours=len(found) - 1)


def test_an_empty_and_a_narrowed_empty_log_say_so(client):
    Notification.objects.all().delete()

    assert "No mail was written yet." in client.get(LOG).content.decode()
    assert "No mail is like that." in client.get(LOG, {"state": "dead"}).content.decode()


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_the_log_takes_at_most_twelve_statements(count, client, ticket, django_assert_max_num_queries):
    rows = [
        a_row(ticket=ticket, recipient=SM1Factory(), actor=SM1Factory(), state=State.DEAD)
        for _ in range(min(count, 25))
    ]
    Notification.objects.bulk_create(
        Notification(**{**_fields(rows[number % 25]), "key": f"copy {number}"}) for number in range(count - len(rows))
    )
    client.get(LOG)  # the first page of a session also writes down which workspace is open

    for narrowed in ({}, {"state": "dead", "ticket": ticket.case_id}, {"since": "2026-03-04", "kind": "assigned"}):
        with django_assert_max_num_queries(12):
            answer = client.get(LOG, narrowed)
        assert len(answer.context_data["rows"]) == min(count, 25)


def _fields(row: Notification) -> dict[str, object]:
    """Everything of a mail but its number."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def test_a_mails_page_says_why_this_person_got_it(client, ticket):
    row = a_row("due moved", ticket=ticket, actor=SM1Factory(name="Sam"), recipient=EngineerFactory(name="Elif"))

    page = client.get(page_of(row)).content.decode()

    for words in (
        "Why this person got it",
        "Due times moved",
        "Sam",
        "One decision moved due times in an engineer&#x27;s line",
        "When a promise moved, it goes to the assignee.",
        row.because,
        "the recipient may no longer see the ticket",
    ):
        assert words in page


def test_the_mail_stands_in_a_frame_that_can_do_nothing(client, ticket):
    row = a_row(ticket=ticket)

    page, frame = client.get(page_of(row)).content.decode(), client.get(frame_of(row))

    assert f'src="{frame_of(row)}"' in page
    assert page.count("sandbox") == 2
    assert "allow-" not in page
    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox" in policy.split("; ")
    for rule in ("default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "base-uri 'none'"):
        assert rule in policy.split("; ")
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert ticket.title in frame.content.decode()


def test_the_dark_frame_is_dark_whatever_the_browser_prefers(client, ticket):
    row = a_row(ticket=ticket)

    light, dark = (client.get(frame_of(row), {"looks": looks}).content.decode() for looks in ("light", "dark"))

    assert "prefers-color-scheme: dark" not in light + dark
    assert "@media not all" in light
    assert "@media not all" not in dark


def test_a_mail_whose_template_fails_says_why_and_stops_neither_its_page_nor_the_log(client, ticket):
    row = a_row("assigned", ticket=ticket, payload={"comment": "no more than this"}, state=State.DEAD)

    page = client.get(page_of(row))

    assert page.status_code == 200
    assert "This mail cannot be written." in page.content.decode()
    assert "KeyError: &#x27;starts_at&#x27;" in page.content.decode()
    assert client.get(frame_of(row)).status_code == 404
    assert client.get(LOG).status_code == 200


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_hostile_text_stays_text_in_the_log_the_page_and_the_frame(text, client):
    reporter = ReporterFactory(name=text[:100].replace("\x1b", ""))
    ticket = a_ticket(reporter=reporter, title=text[:100], description=text)
    row = a_row("commented", ticket=ticket, recipient=reporter, actor=reporter, last_error=text, because=text[:200])
    Comment.objects.filter(ticket=ticket).update(body=text)

    for address in (LOG, page_of(row), frame_of(row), f"{LOG}?{urlencode({'person': text[:100]})}"):
        answer = client.get(address)
        assert answer.status_code in {200, 400}
        assert alive_in(answer.content.decode()) == [], address


def test_hostile_text_is_said_and_not_left_out(client, ticket):
    row = a_row(ticket=ticket, last_error="<zq>550 & more")

    assert "&lt;zq&gt;550 &amp; more" in client.get(LOG).content.decode()
    assert "&lt;zq&gt;550 &amp; more" in client.get(page_of(row)).content.decode()


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_kind_of_mail_has_its_page(sample, client, ticket):
    row = a_row(sample, ticket=ticket)

    answer = client.get(page_of(row))

    assert answer.status_code == 200
    assert answer.context_data["written"].failure == ""


@pytest.mark.parametrize("reference", ["0", "abc", "9" * 25, "²"])
def test_missing_mails_answer_404(reference, client):
    for end in ("change", "mail", "send-again"):
        assert client.get(f"/desk/helpdesk/notification/{reference}/{end}/").status_code == 404
