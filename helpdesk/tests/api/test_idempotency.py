"""`Idempotency-Key`: sent twice is done once and answered twice, to the letter; the key stands for one request of one person (C6)."""

import pytest
from django.db import OperationalError, connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from psycopg import errors

from helpdesk.models import Assignment, Attachment, Comment, IdempotencyKey, Notification, Ticket, TicketEvent
from helpdesk.services import attachments, kept_answers
from helpdesk.services.extensions import decide_extension
from helpdesk.tasks import forget_calls
from helpdesk.tests.api.calling import Caller, refusal
from tests.api.making import asked
from tests.factories import ApplicationFactory, ReporterFactory, SM1Factory, SM2Factory, a_promise, a_ticket
from tests.files.conftest import s3  # noqa: F401 - the S3 that checks
from tests.files.sending import announced, put

pytestmark = pytest.mark.django_db

KEY = "4b3a5e0e-7d0e-4f3c-9c2c-1f2d3e4a5b6c"
ISSUE = {"application": "EXP", "title": "The export stops", "description": "At page 3.", "priority": "high"}


@pytest.fixture
def reporter():
    ApplicationFactory(code="EXP")
    SM1Factory()
    return Caller(ReporterFactory())


def raised(caller: Caller, key: str = KEY, **changed):
    return caller.post("tickets/", {**ISSUE, **changed}, **{"Idempotency-Key": key})


def test_the_same_request_again_does_nothing_and_is_answered_alike(reporter):
    first = raised(reporter)
    mails = Notification.objects.count()
    again = raised(reporter)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert {name: first[name] for name in ("ETag", "Location", "Content-Type")} == {
        name: again[name] for name in ("ETag", "Location", "Content-Type")
    }
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Ticket.objects.count() == 1
    assert Notification.objects.count() == mails > 0


def test_a_call_with_a_key_answers_as_one_without(reporter):
    plain = reporter.post("tickets/", ISSUE)
    keyed = raised(reporter)

    assert plain.json().keys() == keyed.json().keys()
    assert plain.headers.keys() - {"X-Request-ID"} == keyed.headers.keys() - {"X-Request-ID"}
    assert plain["Content-Type"] == keyed["Content-Type"] == "application/json"
    assert Ticket.objects.count() == 2


def test_the_same_body_in_other_letters_is_the_same_request(reporter):
    raised(reporter)
    turned = {name: ISSUE[name] for name in reversed(ISSUE)}

    again = reporter.post("tickets/", turned, **{"Idempotency-Key": KEY})

    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("changed", [{"title": "Another"}, {"files_announced": 1}, {"priority": "low"}])
def test_another_body_with_the_same_key_is_refused(reporter, changed):
    raised(reporter)

    assert refusal(raised(reporter, **changed)) == (422, "idempotency_key_reused")
    assert Ticket.objects.count() == 1


def test_another_call_with_the_same_key_is_refused(reporter):
    case_id = raised(reporter).json()["case_id"]
    sent = {"body": "Hello", "internal": False}

    answer = reporter.post(f"tickets/{case_id}/comments/", sent, **{"Idempotency-Key": KEY})

    assert refusal(answer) == (422, "idempotency_key_reused")
    assert not Comment.objects.exists()


def test_the_key_is_one_persons(reporter):
    other = Caller(ReporterFactory())

    assert raised(reporter).content != raised(other).content
    assert Ticket.objects.count() == 2


def test_a_refusal_is_not_kept(reporter):
    assert refusal(raised(reporter, application="NONE")) == (404, "application_missing")
    assert not IdempotencyKey.objects.exists()
    assert refusal(raised(reporter, colour="red")) == (400, "invalid")

    assert raised(reporter).status_code == 201


def test_what_failed_here_is_not_kept_either(reporter, monkeypatch):
    def broken(*_args, **_kw):
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(kept_answers, "keep", broken)
        assert refusal(raised(reporter)) == (500, "error")

    assert not Ticket.objects.exists()
    assert raised(reporter).status_code == 201


def test_a_request_still_being_worked_on_is_told_so(reporter):
    def waited():
        raise OperationalError("canceling statement due to lock timeout") from errors.LockNotAvailable()

    with connection.execute_wrapper(_when_taking_a_key(waited)):
        assert refusal(raised(reporter)) == (409, "request_in_progress")

    assert raised(reporter).status_code == 201


def _when_taking_a_key(instead):
    """The statement that takes a key goes another way; all others go their own."""

    def execute(run, sql, params, many, context):
        return instead() if "INTO helpdesk_idempotencykey" in str(sql) else run(sql, params, many, context)

    return execute


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "two words", "caf\u00e9", "line\tend"])
def test_a_key_that_is_none_is_refused_by_name(reporter, key):
    answer = raised(reporter, key)

    assert refusal(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]
    assert not Ticket.objects.exists()


def test_every_act_may_carry_a_key(reporter):
    ticket = a_ticket(reporter=reporter.user)

    sent = [
        reporter.post(f"tickets/{ticket.pk}/withdraw/", {"reason": "Solved itself."}, **{"Idempotency-Key": KEY})
        for _ in range(2)
    ]

    assert [one.status_code for one in sent] == [200, 200]
    assert sent[0].content == sent[1].content
    assert TicketEvent.objects.filter(ticket=ticket, action="ticket_withdrawn").count() == 1
    assert refusal(reporter.post(f"tickets/{ticket.pk}/withdraw/", {"reason": "x"}))[0] == 409


def test_of_a_link_no_answer_is_kept_but_the_key_stands_for_its_request(reporter):
    ticket = a_ticket(reporter=reporter.user)
    file = {"case_id": ticket.case_id, "filename": "a.png", "size": 8, "sha256": "A" * 43 + "="}
    key = {"Idempotency-Key": KEY}

    first, again = (reporter.post("presign-upload/", file, **key) for _ in range(2))

    assert first.status_code == again.status_code == 200
    assert first.json()["key"] == again.json()["key"]
    kept = IdempotencyKey.objects.get()
    assert (kept.status, kept.body) == (None, "")
    assert refusal(reporter.post("presign-upload/", {**file, "size": 9}, **key)) == (422, "idempotency_key_reused")
    assert Attachment.objects.count() == 1


def test_a_refused_link_gives_its_key_back(reporter):
    key = {"Idempotency-Key": KEY}

    assert refusal(reporter.post("presign-download/", {"attachment_id": 1}, **key)) == (404, "file_missing")
    assert not IdempotencyKey.objects.exists()


def test_what_asks_s3_is_kept_after_it(reporter, s3):  # noqa: F811
    ticket = a_ticket(reporter=reporter.user)
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)

    first, again = (reporter.post(f"attachments/{row.pk}/confirm/", **{"Idempotency-Key": KEY}) for _ in range(2))

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"


def test_a_cancelled_file_is_cancelled_however_often_it_is_said(reporter, s3):  # noqa: F811
    ticket = a_ticket(reporter=reporter.user)
    row = announced(ticket.reporter, ticket)

    said = [reporter.post(f"attachments/{row.pk}/cancel/", **{"Idempotency-Key": KEY}) for _ in range(2)]

    assert [(one.status_code, one.content) for one in said] == [(204, b""), (204, b"")]
    assert refusal(reporter.post(f"attachments/{row.pk}/cancel/")) == (404, "file_missing")


def test_no_transaction_is_open_while_s3_is_asked(reporter, monkeypatch):
    """`confirm` waits for S3; a key must not make the database wait with it."""
    ticket = a_ticket(reporter=reporter.user)
    row = announced(ticket.reporter, ticket)
    seen = []
    outside = connection.savepoint_ids.copy()
    monkeypatch.setattr(attachments, "_judge", lambda _row: seen.append(list(connection.savepoint_ids) == outside))

    reporter.post(f"attachments/{row.pk}/confirm/", **{"Idempotency-Key": KEY})

    assert seen == [True]


def test_a_key_is_kept_for_a_day_and_then_forgotten(reporter, clock):
    raised(reporter)
    clock.forward(hours=24)
    assert forget_calls()["keys"] == 0
    assert raised(reporter)["Idempotency-Replayed"] == "true"

    clock.forward(seconds=1)
    assert forget_calls()["keys"] == 1

    assert raised(reporter).status_code == 201
    assert Ticket.objects.filter(Q(title=ISSUE["title"])).count() == 2


def test_who_is_not_signed_in_learns_nothing_by_a_key(reporter, client):
    raised(reporter)

    answer = client.post("/api/tickets/", ISSUE, "application/json", headers={"Idempotency-Key": KEY})

    assert refusal(answer) == (401, "not_authenticated")


def test_a_key_takes_few_statements(reporter, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        assert raised(reporter).status_code == 201
    with django_assert_max_num_queries(10):
        assert raised(reporter).status_code == 201


def test_an_approval_that_moves_a_line_takes_25_statements_with_its_key():
    """Two less here: the clock of a real desk is asked in the database, once for the key and once for the act."""
    promise = a_promise()
    behind = [a_promise(engineer=promise.engineer, minutes=60) for _ in range(5)]
    for one in (behind[1], promise):
        request = asked(one)
        decide_extension(actor=SM1Factory(), ticket_id=request.ticket_id, approve=True)
    decide_extension(actor=SM2Factory(), ticket_id=behind[1].ticket_id, approve=True)
    master, due = Caller(SM2Factory()), Assignment.objects.get(pk=behind[-1].pk).due_at

    with CaptureQueriesContext(connection) as captured:
        answer = master.post(f"tickets/{request.ticket_id}/extension/{request.pk}/approve/", **{"Idempotency-Key": KEY})

    assert answer.status_code == 200, answer.content
    assert Assignment.objects.get(pk=behind[-1].pk).due_at > due
    taken = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(taken) <= 25 - 2, taken
