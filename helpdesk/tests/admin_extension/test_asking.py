"""Asking for more time: once in a ticket's life, with what it would come to in view (X1, B05)."""

import pytest
from django.urls import reverse

from helpdesk.models import ExtensionRequest, Notification
from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.admin_actions.scenes import address_of, seen, signed_in
from helpdesk.tests.admin_extension.scenes import a_request, words
from tests.clock import held
from tests.factories import EngineerFactory, SM1Factory, SM2Factory, a_promise, an_assignment, in_progress

pytestmark = pytest.mark.django_db


def ask(ticket, **typed: object):
    client = signed_in(ticket.assignment.engineer)
    sent = {**seen(ticket), "hours": "", "minutes": "", "comment": "It takes longer.", **typed}
    return client.post(address_of("request_extension", ticket), sent)


def test_the_dialog_says_it_is_the_only_one_and_that_the_clock_goes_on():
    """X1, X4: said before anything is typed."""
    ticket = in_progress(minutes=60)

    page = words(signed_in(ticket.assignment.engineer).get(address_of("request_extension", ticket)).content.decode())

    assert "It is the only extension in this ticket's life" in page
    assert "the clock goes on until both have" in page
    assert "Due now today 13:00" in page


def test_the_time_typed_so_far_shows_the_due_time_and_whose_would_move():
    """B05: asked by GET, which changes nothing."""
    engineer = EngineerFactory()
    ticket = in_progress(engineer=engineer, minutes=60)
    behind = a_promise(engineer=engineer, minutes=60)
    expected = an_assignment(engineer=engineer)

    answer = signed_in(engineer).get(address_of("request_extension", ticket), {"hours": "1", "minutes": "30"})

    page = words(answer.content.decode())
    assert "Due if approved today 14:30" in page
    assert "Approving moves 2 other due times:" in page
    assert f"{behind.ticket.case_id} due today 14:00 → today 15:30" in page
    assert f"{expected.ticket.case_id} expected today 22:00 → today 23:30" in page
    assert not ExtensionRequest.objects.exists()


@pytest.mark.parametrize(
    ("hours", "minutes"), [("", ""), ("x", ""), ("-1", ""), ("999999999", ""), ("721", ""), ("0", "0"), ("²", "")]
)
def test_a_time_nobody_can_ask_for_shows_no_preview(hours: str, minutes: str):
    ticket = in_progress(minutes=60)

    answer = signed_in(ticket.assignment.engineer).get(
        address_of("request_extension", ticket), {"hours": hours, "minutes": minutes}
    )

    assert answer.status_code == 200
    assert "Due if approved" not in answer.content.decode()


def test_the_request_is_kept_told_and_shown_with_who_has_decided():
    """X1: asked from the dialog; every scrum master is told, and the page says that nobody has decided."""
    master, second = SM1Factory(), SM2Factory()
    ticket = in_progress(minutes=60)

    answer = ask(ticket, hours="1", minutes="15")

    assert "HX-Redirect" in answer.headers
    kept = ExtensionRequest.objects.get()
    assert (kept.ticket_id, kept.extra_minutes, kept.comment) == (ticket.pk, 75, "It takes longer.")
    told = Notification.objects.filter(kind="extension_requested").values_list("recipient_id", flat=True)
    assert {master.pk, second.pk} <= set(told)
    page = words(
        signed_in(ticket.assignment.engineer)
        .get(reverse("admin:helpdesk_ticket_change", args=(ticket.pk,)))
        .content.decode()
    )
    assert "asked for 1 h 15 min more" in page
    assert "SM1 has still to decide SM2 has still to decide" in page
    assert "Ask for an extension" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Please give hours, minutes or both."),
        ({"hours": "0", "minutes": "0"}, "Extra time is between 1 min and 720 h."),
        ({"hours": "721"}, "Extra time is between 1 min and 720 h."),
        ({"hours": "1", "comment": " "}, "Please say what the time is for."),
    ],
    ids=["no time", "nothing", "too long", "no comment"],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_asked(typed: dict[str, str], sentence: str):
    ticket = in_progress(minutes=60)

    answer = ask(ticket, **typed)

    assert sentence in words(answer.content.decode())
    assert not ExtensionRequest.objects.exists()


def test_a_second_one_is_refused_in_words():
    """X1: once in a ticket's life."""
    request = a_request()

    answer = ask(request.ticket, hours="1")

    assert f"The one extension of {request.ticket.case_id} has been asked for already." in answer.content.decode()
    assert ExtensionRequest.objects.count() == 1


def test_after_the_due_time_it_is_refused_and_the_ticket_escalated():
    """E1: the due time decides, not the sweep's moment."""
    ticket = in_progress(minutes=60)
    held.forward(minutes=60)

    answer = ask(ticket, hours="1")

    assert not ExtensionRequest.objects.exists()
    assert "HX-Redirect" not in answer.headers
    ticket.refresh_from_db()
    sweep_escalations(held.moment)
    ticket.refresh_from_db()
    assert ticket.status == "escalated"


def test_the_button_stands_on_the_page_and_on_my_work_only_while_it_is_possible():
    """X1: for the assignee of a promised ticket."""
    ticket = in_progress(minutes=60)
    waiting = an_assignment(engineer=ticket.assignment.engineer)
    client = signed_in(ticket.assignment.engineer)

    work = client.get(reverse("admin:my-work")).content.decode()

    assert address_of("request_extension", ticket) in work
    assert address_of("request_extension", waiting.ticket) not in work
    page = client.get(reverse("admin:helpdesk_ticket_change", args=(waiting.ticket_id,))).content.decode()
    assert address_of("request_extension", waiting.ticket) not in page


def test_my_work_says_that_a_request_waits_and_for_whom():
    request = a_request()
    client = signed_in(request.requested_by)
    assert "Extension asked for: SM1 and SM2 have still to decide" in words(
        client.get(reverse("admin:my-work")).content.decode()
    )


def test_a_hostile_comment_is_shown_as_text():
    request = a_request(comment='<img src=x onerror="alert(1)"> & <b>more</b>')
    master = signed_in(SM1Factory())
    pages = (
        reverse("admin:extensions"),
        reverse("admin:helpdesk_ticket_change", args=(request.ticket_id,)),
        address_of("decide_extension", request.ticket),
    )

    for address in pages:
        page = master.get(address).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=" in page
        assert "&lt;b&gt;more&lt;/b&gt;" in page
