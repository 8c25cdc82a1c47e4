import re
import uuid

import pytest
from django.test import Client

from helpdesk.models import Comment
from helpdesk.services.comments import add_comment
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import held
from tests.entering import enter
from tests.factories import (
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reporter(client):
    person = ReporterFactory(name="Hannah Weiss")
    enter(client, person)
    return person


@pytest.fixture
def asha():
    return EngineerFactory(name="Asha Nair", reporting_authority=RAFactory(name="Priya Raman"))


def raw(client, ticket):
    answer = client.get(f"/my/{ticket.case_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def text(client, ticket):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", raw(client, ticket).partition("<main")[2]))


def test_the_status_line_follows_the_ticket(client, reporter, asha, clock):
    ticket = a_ticket(reporter=reporter)
    assert "Raised today 12:00 (now) Assigned next In progress not yet Resolved not yet" in text(client, ticket)

    clock.forward(minutes=10)
    a_promise(ticket=ticket, engineer=asha, minutes=120)
    assert "Assigned to Asha Nair today 12:10 (now) In progress next Resolved due today 14:10" in text(client, ticket)
    assert "Promised for today 14:10" in text(client, ticket)

    clock.forward(hours=3)
    sweep_escalations(clock.moment)
    assert "late, the manager has been told" in text(client, ticket)
    assert "Was promised for today 14:10 (1 h late)" in text(client, ticket)

    clock.forward(hours=1)
    resolve_ticket(actor=asha, ticket_id=ticket.pk, note="The job was restarted.")
    assert "Resolved today 16:10 (now)" in text(client, ticket)
    assert "How it was resolved The job was restarted." in text(client, ticket)


def test_nothing_internal_is_on_the_page(client, reporter, asha, clock):
    master = SM1Factory(name="Maya Fernandes")
    ticket = in_progress(ticket=a_ticket(reporter=reporter), engineer=asha, by=master, minutes=30)
    add_comment(actor=asha, ticket_id=ticket.pk, body="Between us: a user error.", internal=True)
    add_comment(actor=asha, ticket_id=ticket.pk, body="I am looking at it.")
    sweep_escalations(clock.forward(hours=2))

    said = text(client, ticket)
    assert "I am looking at it." in said
    for internal in ("Between us", "Maya Fernandes", "Priya Raman", "SM1", "escalated", "Escalated"):
        assert internal not in said


def test_staff_see_no_internal_comment_on_their_own_ticket_here(client, asha):
    master = SM1Factory()
    enter(client, master)
    ticket = in_progress(ticket=a_ticket(reporter=master), engineer=asha, by=SM1Factory())
    add_comment(actor=asha, ticket_id=ticket.pk, body="Between us.", internal=True)

    assert "Between us." not in text(client, ticket)


@pytest.mark.parametrize("who", [ReporterFactory, SM1Factory, EngineerFactory])
def test_a_foreign_and_a_missing_ticket_answer_alike(client, who):
    foreign = a_ticket()
    enter(client, who())
    key = {"comment": "Hello", "reason": "Because", "request_key": str(uuid.uuid4())}

    def answers(case_id):
        pages = [client.get(f"/my/{case_id}/"), client.get(f"/my/{case_id}/raised/")]
        sent = [client.post(f"/my/{case_id}/{act}/", key) for act in ("comment", "withdraw")]
        return [(answer.status_code, answer.content) for answer in pages + sent]

    assert answers(foreign.case_id) == answers("N-NONE-1001")
    assert {status for status, _ in answers(foreign.case_id)} == {404}
    assert not Comment.objects.exists()
    foreign.refresh_from_db()
    assert foreign.status == "unassigned"


@pytest.mark.parametrize(
    "case_id",
    ["N-EXP-", "1", "N-EXP-1001%00", "N-EXP-99999999999999", "N-EXP-\u0661\u0660\u0660\u0661", "'", "../desk"],
)
def test_what_is_no_case_id_is_not_found(client, reporter, case_id):
    assert client.get(f"/my/{case_id}/").status_code == 404
    assert client.get(f"/tickets/{case_id}/").status_code == 404


def test_a_case_id_in_small_letters_is_found(client, reporter):
    ticket = a_ticket(reporter=reporter)

    assert client.get(f"/my/{ticket.case_id.lower()}/").status_code == 200


def test_a_comment_is_said_publicly_and_once(client, reporter):
    ticket = a_ticket(reporter=reporter)
    sent = {"comment": "It happened\r\nagain.", "internal": "true", "request_key": str(uuid.uuid4())}

    first = client.post(f"/my/{ticket.case_id}/comment/", sent)
    client.post(f"/my/{ticket.case_id}/comment/", sent)

    comment = Comment.objects.get()
    assert (comment.body, comment.is_internal, comment.author) == ("It happened\nagain.", False, reporter)
    assert first["Location"] == f"/my/{ticket.case_id}/#conversation"
    page = raw(client, ticket)
    assert "Your comment is there." in page
    assert 'data-clear-draft="here"' in page
    assert "data-clear-draft" not in raw(client, ticket)


@pytest.mark.parametrize("said", ["", "  \r\n ", "\x00", "\u200b", "x" * 20_001])
def test_a_comment_that_cannot_be_stored_is_refused_in_words(client, reporter, said):
    ticket = a_ticket(reporter=reporter)

    answer = client.post(f"/my/{ticket.case_id}/comment/", {"comment": said})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_refused_comment_keeps_what_was_typed(client, reporter):
    ticket = a_ticket(reporter=reporter)
    long = "y" * 20_001

    assert long in client.post(f"/my/{ticket.case_id}/comment/", {"comment": long}).content.decode()


def test_hostile_comments_are_shown_as_text(client, reporter):
    ticket = a_ticket(reporter=reporter)
    add_comment(actor=reporter, ticket_id=ticket.pk, body="</p><script>alert(1)</script>")

    assert "<script>alert" not in raw(client, ticket)
    assert "&lt;/p&gt;&lt;script&gt;alert(1)" in raw(client, ticket)


def test_withdrawing_needs_a_reason(client, reporter):
    ticket = a_ticket(reporter=reporter)

    answer = client.post(f"/my/{ticket.case_id}/withdraw/", {"reason": " "})

    assert answer.status_code == 422
    assert "Please give a reason." in answer.content.decode()
    assert '<details class="desk-card withdraw" open>' in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "unassigned"


def test_a_waiting_ticket_is_withdrawn_with_its_reason(client, reporter):
    ticket, other = a_ticket(reporter=reporter), a_ticket(reporter=reporter)

    client.post(f"/my/{ticket.case_id}/withdraw/", {"reason": "Sent twice.", "repeats": other.case_id.lower()})

    ticket.refresh_from_db()
    assert (ticket.is_withdrawn, ticket.withdrawal_reason, ticket.repeats) == (True, "Sent twice.", other)
    said = text(client, ticket)
    assert "Raised today 12:00 (now) Withdrawn today 12:00 (now)" in said
    assert "Why it was withdrawn Sent twice." in said
    assert f"Repeats {other.case_id}" in said
    assert "Not needed any more?" not in said


def test_a_repeated_case_that_is_not_theirs_is_refused(client, reporter):
    ticket, foreign = a_ticket(reporter=reporter), a_ticket()

    sent = {"reason": "Twice.", "repeats": foreign.case_id}
    answer = client.post(f"/my/{ticket.case_id}/withdraw/", sent).content.decode()

    assert f"There is no case {foreign.case_id} that you can see." in answer
    assert "Twice." in answer


def test_a_ticket_assigned_meanwhile_is_not_withdrawn_and_the_page_says_why(client, reporter, asha):
    ticket = a_ticket(reporter=reporter)
    assert "Not needed any more?" in text(client, ticket)
    an_assignment(ticket=ticket, engineer=asha)

    answer = client.post(f"/my/{ticket.case_id}/withdraw/", {"reason": "Not needed."})

    assert answer.status_code == 422
    assert f"{ticket.case_id} is assigned and cannot be withdrawn." in answer.content.decode()
    assert "Not needed any more?" not in text(client, ticket)


@pytest.mark.parametrize("act", ["comment", "withdraw"])
def test_acts_need_post_and_csrf(reporter, act):
    ticket = a_ticket(reporter=reporter)
    strict = Client(enforce_csrf_checks=True)
    enter(strict, reporter)

    assert strict.get(f"/my/{ticket.case_id}/{act}/").status_code == 405
    assert strict.post(f"/my/{ticket.case_id}/{act}/", {"comment": "x", "reason": "x"}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.status == "unassigned"


def test_statements_do_not_grow_with_the_conversation(client, reporter, asha, django_assert_num_queries):
    ticket = in_progress(ticket=a_ticket(reporter=reporter), engineer=asha)
    add_comment(actor=asha, ticket_id=ticket.pk, body="One.")
    client.get(f"/my/{ticket.case_id}/")
    with django_assert_num_queries(8):
        client.get(f"/my/{ticket.case_id}/")
    for number in range(6):
        add_comment(actor=(asha, reporter)[number % 2], ticket_id=ticket.pk, body=f"Word {number}.")

    with django_assert_num_queries(8):
        client.get(f"/my/{ticket.case_id}/")


def test_place_in_line_and_likely_time_name_no_other_ticket(client, reporter, asha):
    """B06: which one it is with its engineer, and when it is likely done; nothing of the tickets ahead."""
    others = [in_progress(engineer=asha, minutes=60), a_promise(engineer=asha, minutes=60).ticket]
    mine = a_promise(ticket=a_ticket(reporter=reporter), engineer=asha, minutes=60).ticket
    assert "Place 3rd in line with Asha" in text(client, mine)
    assert "Likely done" not in text(client, mine)
    held.forward(minutes=90)

    said = text(client, mine)

    assert "Promised for today 15:00" in said
    assert "Likely done today 15:30" in said
    assert "The promise has not been changed." in said
    for other in others:
        assert other.case_id not in raw(client, mine)


def test_the_next_one_in_line_is_called_so_and_one_in_progress_has_no_place(client, reporter, asha):
    """B06: the first with its engineer is the next one."""
    given = an_assignment(ticket=a_ticket(reporter=reporter), engineer=asha)
    assert "Place next in line with Asha" in text(client, given.ticket)

    start_ticket(actor=asha, ticket_id=given.ticket_id, resolution_minutes=60)

    assert "in line with" not in text(client, given.ticket)


def test_after_an_approved_extension_the_new_promise_stands_with_what_was_agreed(client, reporter, asha):
    """X3: the new due time and how much more; who decided and why stays with the desk and the mail."""
    ticket = in_progress(ticket=a_ticket(reporter=reporter), engineer=asha, minutes=60)
    request_extension(actor=asha, ticket_id=ticket.pk, extra_minutes=30, comment="The supplier is slow.")
    assert "agreed" not in text(client, ticket)
    for master in (SM1Factory(), SM2Factory()):
        decide_extension(actor=master, ticket_id=ticket.pk, approve=True, comment="Fine by me.")

    said = text(client, ticket)

    assert "Promised for today 13:30" in said
    assert "30 min more was agreed to; the time above is the new promise." in said
    assert "The supplier is slow." not in said
    assert "Fine by me." not in said
    assert "30 min more was agreed to" in " ".join(client.get("/my/").content.decode().split())
