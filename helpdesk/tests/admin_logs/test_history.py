"""History: every event of every ticket and the whole audit trail in one list, narrowed and paged, and read-only for everybody."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.admin import log_filters
from helpdesk.admin.history_words import ACTS_OF, Show
from helpdesk.models import AuditEvent, Ticket, TicketEvent
from helpdesk.services import audit
from helpdesk.services.audit import ACTS
from helpdesk.services.comments import add_comment
from helpdesk.services.tickets import withdraw_ticket
from helpdesk.tests.admin.desk import browser, one_of_each
from helpdesk.tests.admin_logs.hostile import CORPUS, alive_in
from tests.clock import NOON, held
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    a_ticket,
)

pytestmark = pytest.mark.django_db

HISTORY = reverse("admin:history")


def noted(act: str = "signed_in", *, at: datetime = NOON, **told: object) -> AuditEvent:
    return audit.note(act=act, actor=told.pop("actor", None), now=at, **told)


@pytest.fixture
def client():
    return browser(AdminFactory(name="Ines"))


def shown(client, query: str = "") -> list[tuple[str, str]]:
    answer = client.get(f"{HISTORY}?{query}")
    assert answer.status_code == 200, answer.context_data["filters"].errors
    return [(entry.label, entry.about) for entry in answer.context_data["entries"]]


def test_both_tables_are_one_list_the_newest_first(client):
    ticket = a_ticket(reporter=ReporterFactory(name="Rita"))
    noted(at=NOON + timedelta(minutes=1), subject_label="Sam")
    held.forward(minutes=2)
    withdraw_ticket(actor=SM1Factory(name="Sam"), ticket_id=ticket.pk, reason="Nobody needs it.")

    assert shown(client) == [("Withdrawn", ticket.case_id), ("Signed in", "Sam"), ("Raised", ticket.case_id)]
    page = client.get(HISTORY).content.decode()
    for words in ("Rita", "the system", "Nobody needs it.", "Priority medium."):
        assert words in page


def test_it_is_narrowed_by_each_filter_and_by_all_at_once(client):
    rita, sam = ReporterFactory(name="Rita Long"), SM1Factory(name="Sam")
    expenses, holidays = ApplicationFactory(code="EXP"), ApplicationFactory(code="HRM")
    one = a_ticket(reporter=rita, application=expenses)
    held.forward(days=1)
    two = a_ticket(reporter=rita, application=holidays)
    held.forward(days=1)
    withdraw_ticket(actor=sam, ticket_id=one.pk, reason="Nobody needs it.")
    noted("signed_in", at=held.moment, actor=sam, subject=sam)
    noted("role_given", at=held.moment, actor=sam, subject=rita)
    noted("file_download", at=held.moment, actor=rita, subject_label=one.case_id)
    noted("token_refused", at=held.moment)

    raised = [("Raised", two.case_id), ("Raised", one.case_id)]
    withdrawn, fetched = ("Withdrawn", one.case_id), ("File fetched", one.case_id)
    wanted = {
        f"ticket={one.case_id}": [withdrawn, fetched, ("Raised", one.case_id)],
        "person=sam": [withdrawn, ("Role given", "Rita Long"), ("Signed in", "Sam")],
        "person=Rita+Long": [fetched, ("Role given", "Rita Long"), *raised],
        "person=system": [("Tokens refused", "")],
        "act=ticket_withdrawn": [withdrawn],
        "act=role_given": [("Role given", "Rita Long")],
        f"application={holidays.pk}": [("Raised", two.case_id)],
        "since=2026-03-05&until=2026-03-05": [("Raised", two.case_id)],
        "show=tickets": [withdrawn, *raised],
        "show=people": [("Role given", "Rita Long")],
        "show=sign-ins": [("Tokens refused", ""), ("Signed in", "Sam")],
        "show=files": [fetched],
        "show=desk": [],
        "show=people&person=Rita+Long": [("Role given", "Rita Long")],
        "show=files&act=role_given": [],
        f"ticket={one.case_id}&person=sam&act=ticket_withdrawn&application={expenses.pk}&since=2026-03-06": [withdrawn],
    }

    assert {query: shown(client, query) for query in wanted} == wanted


def test_every_act_stands_in_one_part_of_the_history_and_no_more():
    parts = [show for show in Show if show not in {Show.ALL, Show.TICKETS}]

    assert sorted(act for show in parts for act in ACTS_OF[show]) == sorted(ACTS)


def test_pages_meet_at_rows_of_the_same_moment_in_both_directions(client, monkeypatch):
    monkeypatch.setattr(log_filters, "PAGE_SIZE", 3)
    ticket = a_ticket()
    for number in range(5):
        TicketEvent.objects.create(
            ticket=ticket, action="ticket_reminded", metadata={}, timestamp=NOON, application=ticket.application
        )
        noted(at=NOON, subject_label=str(number))
    whole = [(entry.label, entry.about) for entry in _walk(client, "older")]

    assert len(whole) == 11
    assert whole[-5:] == [("Signed in", str(number)) for number in (4, 3, 2, 1, 0)]
    last = client.get(HISTORY, {"older": _places(client)[-1]}).context_data["page"]
    back = client.get(HISTORY, {"newer": str(last.newer)}).context_data["entries"]
    assert [(entry.label, entry.about) for entry in back] == whole[-5:-2]


def _places(client) -> list[str]:
    places, older = [], client.get(HISTORY).context_data["page"].older
    while older:
        places.append(str(older))
        older = client.get(HISTORY, {"older": str(older)}).context_data["page"].older
    return places


def _walk(client, name: str):
    entries = list(client.get(HISTORY).context_data["entries"])
    for place in _places(client):
        entries += client.get(HISTORY, {name: place}).context_data["entries"]
    return entries


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("reporter__password=x", "There is no filter “reporter__password”."),
        ("ticket__reporter__password__startswith=a", "There is no filter"),
        ("actor_id=1", "There is no filter “actor_id”."),
        ("show=secrets", "There is no such part of the history."),
        ("act=dropped", "“dropped” is not one of the list."),
        ("application=0", "is not one of the list."),
        ("application=1%27--", "is not one of the list."),
        ("ticket=N-QQQ-1", "There is no ticket “N-QQQ-1”."),
        ("person=nobody+at+all", "Nobody is called “nobody at all”."),
        ("person=%00", "Null characters are not allowed."),
        ("since=2026-03-05&until=2026-03-04", "The last day is before the first."),
        ("since=9999-99-99", "“9999-99-99” is no day; one is written as 2026-03-04."),
        ("until=1969-07-21", "Please choose a day between 2000 and 2999."),
        ("older=20260304T120000.000000-7", "This page of the log is not known."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_with_nothing_below(query, said, client):
    a_ticket()

    answer = client.get(f"{HISTORY}?{query}")

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert "Nothing is shown, as the filters cannot be understood." in answer.content.decode()
    assert answer.context_data["entries"] == []


def test_an_empty_and_a_narrowed_empty_history_say_so(client):
    assert "Nothing has happened yet." in client.get(HISTORY).content.decode()
    assert "Nothing like that ever happened." in client.get(HISTORY, {"show": "files"}).content.decode()


def test_every_action_is_told_in_a_sentence_with_its_label(client):
    one_of_each()

    entries = client.get(HISTORY, {"show": "tickets"}).context_data["entries"]

    assert len(entries) == log_filters.PAGE_SIZE
    assert all(entry.label and "_" not in entry.label for entry in entries)
    assert any("→" in entry.said or "due" in entry.said for entry in entries)


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_hostile_text_stays_text_in_every_event_and_filter(text, client):
    person = EngineerFactory(name=text[:100].replace("\x1b", ""), reporting_authority=RAFactory())
    ticket = a_ticket(title=text[:100], description=text)
    add_comment(actor=SM1Factory(), ticket_id=ticket.pk, body=text)
    withdraw_ticket(actor=SM1Factory(), ticket_id=ticket.pk, reason=text)
    told = dict.fromkeys(("engineer_name", "level", "cause", "filename", "comment", "reason", "repeats"), text)
    for action in ("ticket_assigned", "due_moved", "file_added", "ticket_withdrawn", "nobody knows <zq>"):
        TicketEvent.objects.create(
            ticket=ticket, action=action[:50], actor=person, metadata={**told, "size": 3}, timestamp=held.moment,
            application=ticket.application,
        )  # fmt: skip
    noted(
        "settings_saved",
        actor=person,
        subject=person,
        subject_label=text,
        before={text: text},
        after={text: "b"},
        reason=text,
    )

    for address in (HISTORY, f"{HISTORY}?{urlencode({'person': text[:100], 'ticket': text[:90], 'act': text})}"):
        answer = client.get(address)
        assert answer.status_code in {200, 400}
        assert alive_in(answer.content.decode()) == [], address


def test_nobody_but_an_admin_reads_it_and_nobody_writes_it(client):
    for person in (ReporterFactory(), EngineerFactory(), SM1Factory(), RAFactory()):
        assert browser(person).get(HISTORY).status_code == 403

    assert client.post(HISTORY).status_code == 405
    assert client.delete(HISTORY).status_code == 405


def _many(count: int) -> None:
    """So many rows in each table, by and about many people."""
    people = [EngineerFactory() for _ in range(min(count, 30))]
    tickets = [a_ticket() for _ in range(min(count, 30))]
    AuditEvent.objects.bulk_create(
        AuditEvent(act="signed_in", actor=_one(people, n), subject=_one(people, n + 1), timestamp=NOON)
        for n in range(count)
    )
    TicketEvent.objects.bulk_create(
        TicketEvent(
            ticket=_one(tickets, n),
            actor=_one(people, n),
            action="ticket_reminded",
            metadata={},
            timestamp=NOON,
            application=_one(tickets, n).application,
        )
        for n in range(count)
    )


def _one(of: list, number: int):
    return of[number % len(of)]


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_the_history_takes_at_most_twelve_statements(count, client, django_assert_max_num_queries):
    _many(count)
    client.get(HISTORY)  # the first page of a session also writes down which workspace is open

    for query in ("", "show=people", "since=2026-03-04&until=2026-03-04", f"ticket={Ticket.objects.first().case_id}"):
        with django_assert_max_num_queries(12):
            assert client.get(f"{HISTORY}?{query}").status_code == 200
