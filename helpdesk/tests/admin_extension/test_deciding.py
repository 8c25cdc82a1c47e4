"""Deciding on more time: one scrum master of each level, two people, finally (X2, X3, X4)."""

import pytest
from django.urls import reverse

from helpdesk.models import Assignment, ExtensionRequest, Notification
from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.admin_actions.scenes import address_of, seen
from helpdesk.tests.admin_extension.scenes import a_request, browser_in, decided, list_page, state_of, vote, words
from tests.clock import held
from tests.factories import EngineerFactory, ReporterFactory, SM1Factory, SM2Factory, a_promise, a_ticket

pytestmark = pytest.mark.django_db


def test_two_approve_and_the_due_time_moves_with_those_behind():
    """X3: SM1 on the list, SM2 on the ticket's page; the reporter and the assignee are told."""
    reporter, engineer = ReporterFactory(), EngineerFactory()
    request = a_request(ticket=a_ticket(reporter=reporter), engineer=engineer)
    behind = a_promise(engineer=engineer, minutes=60)

    vote(browser_in(SM1Factory(name="Sam")), request, "approve", comment="Fine.")
    assert state_of(request) == ("pending", [("sm1", "Sam", True)])
    vote(browser_in(SM2Factory(name="Sara")), request, "approve")

    assert state_of(request) == ("approved", [("sm1", "Sam", True), ("sm2", "Sara", True)])
    assert f"{Assignment.objects.get(ticket=request.ticket).due_at:%H:%M}" == "13:30"
    assert f"{Assignment.objects.get(pk=behind.pk).due_at:%H:%M}" == "14:30"
    told = Notification.objects.filter(kind="extension_approved").values_list("recipient_id", flat=True)
    assert set(told) == {reporter.pk, engineer.pk}


def test_one_rejects_and_the_due_time_stays():
    """X2: rejected once both have decided; the assignee is told with the comments."""
    request = a_request()

    vote(browser_in(SM1Factory(name="Sam")), request, "reject", comment="Please hurry.")
    assert state_of(request)[0] == "pending"
    vote(browser_in(SM2Factory(name="Sara")), request, "approve")

    assert state_of(request)[0] == "rejected"
    assert f"{Assignment.objects.get(ticket=request.ticket).due_at:%H:%M}" == "13:00"
    mail = Notification.objects.get(kind="extension_rejected")
    assert mail.recipient_id == request.requested_by_id
    assert mail.payload["comments"] == ["Please hurry."]


def test_a_person_with_both_roles_decides_once_under_the_open_tab():
    """X2: the level follows the tab; the other level needs another person, said in words and on the list."""
    request, both = a_request(), SM1Factory(name="Bea", roles=["sm1", "sm2"])
    vote(browser_in(both, "triage_sm1"), request, "approve")
    assert state_of(request) == ("pending", [("sm1", "Bea", True)])
    second = browser_in(both, "triage_sm2")

    answer = vote(second, request, "approve")

    sentence = (
        f"You have decided on the request for {request.ticket.case_id} already; the other level needs another person."
    )
    assert sentence in words(answer)
    assert state_of(request) == ("pending", [("sm1", "Bea", True)])
    assert sentence in words(list_page(second, "others"))
    assert request.ticket.case_id not in list_page(second, "mine")


def test_the_level_of_the_second_tab_counts_when_it_is_the_first_to_decide():
    request, both = a_request(), SM1Factory(name="Bea", roles=["sm1", "sm2"])

    vote(browser_in(both, "triage_sm2"), request, "reject")

    assert state_of(request) == ("pending", [("sm2", "Bea", False)])


def test_an_engineer_who_is_scrum_master_too_does_not_decide_on_their_own():
    """X2: nobody decides on their own request."""
    engineer = EngineerFactory(roles=["engineer", "sm1"])
    request = a_request(engineer=engineer)

    answer = vote(browser_in(engineer, "triage_sm1"), request, "approve")

    assert f"The request for {request.ticket.case_id} is your own; somebody else decides on it." in words(answer)
    assert state_of(request) == ("pending", [])


def test_a_decision_is_final_for_its_level():
    """X2: the other SM1 comes too late and reads who decided."""
    request = a_request()
    vote(browser_in(SM1Factory(name="Sam")), request, "reject")
    other = browser_in(SM1Factory())

    answer = words(vote(other, request, "approve"))

    assert f"SM1 has decided on the request for {request.ticket.case_id}; a decision is final." in answer
    assert "SM1 rejected by Sam" in answer
    assert state_of(request)[1] == [("sm1", "Sam", False)]


def test_a_decision_meanwhile_is_a_conflict_that_shows_the_fresh_state():
    """A6: SM2 had the dialog open when SM1 decided; nothing is kept, and looking again shows the other's answer."""
    request = a_request()
    old = seen(request.ticket)
    vote(browser_in(SM1Factory(name="Sam")), request, "reject", comment="Not now.")
    client = browser_in(SM2Factory())

    answer = client.post(
        address_of("decide_extension", request.ticket), {**old, "decision": "approve", "comment": "Yes, do."}
    )

    page = words(answer.content.decode())
    assert "changed since you opened this: Sam decided on its extension" in page
    assert "Yes, do." in answer.content.decode()
    assert len(state_of(request)[1]) == 1
    fresh = words(client.get(address_of("decide_extension", request.ticket)).content.decode())
    assert "SM1 rejected by Sam" in fresh
    assert "Not now." in fresh


def test_pressing_neither_button_decides_nothing():
    request = a_request()

    answer = vote(browser_in(SM1Factory()), request, "perhaps")

    assert "Please press Approve or Reject." in answer
    assert state_of(request) == ("pending", [])


def test_an_escalation_closes_the_request_and_the_pages_say_why():
    """X4: a pending request stops no clock."""
    request, master = a_request(), SM1Factory()
    client = browser_in(master)
    sweep_escalations(held.forward(minutes=61))

    answer = vote(client, request, "approve")

    assert state_of(request) == ("rejected", [])
    assert "is rejected already" in answer or "changed since" in answer
    page = words(client.get(reverse("admin:helpdesk_ticket_change", args=(request.ticket_id,))).content.decode())
    assert "Closed by the system:" in page
    assert "SM1 did not decide SM2 did not decide" in page


def test_a_vote_after_the_due_time_escalates_first_and_counts_for_nothing():
    """E1, X4: whatever the sweep has done."""
    request = a_request()
    client = browser_in(SM1Factory())
    opened = seen(request.ticket)
    held.forward(minutes=60)

    client.post(address_of("decide_extension", request.ticket), {**opened, "decision": "approve"})
    sweep_escalations(held.moment)

    assert state_of(request) == ("rejected", [])
    assert ExtensionRequest.objects.get(pk=request.pk).closing_reason


@pytest.mark.parametrize(
    ("votes", "outcome", "due"),
    [
        ((True, True), "approved", "13:30"),
        ((True, False), "rejected", "13:00"),
        ((False, True), "rejected", "13:00"),
        ((False, False), "rejected", "13:00"),
        ((True,), "pending", "13:00"),
        ((False,), "pending", "13:00"),
        ((), "pending", "13:00"),
    ],
)
def test_the_truth_table_of_two_decisions(votes: tuple[bool, ...], outcome: str, due: str):
    """X2, X3: through the dialog."""
    request = a_request()
    for approves, master in zip(votes, (SM1Factory(), SM2Factory()), strict=False):
        vote(browser_in(master), request, "approve" if approves else "reject")

    assert state_of(request)[0] == outcome
    assert f"{Assignment.objects.get(ticket=request.ticket).due_at:%H:%M}" == due


def test_what_the_dialog_shows_is_what_an_approval_stores():
    """B05: the preview and the act at the same moment."""
    engineer = EngineerFactory()
    request = a_request(engineer=engineer)
    behind = a_promise(engineer=engineer, minutes=45)
    decided(request, SM1Factory())
    client = browser_in(SM2Factory())
    shown = words(client.get(address_of("decide_extension", request.ticket)).content.decode())

    vote(client, request, "approve")

    own, pushed = Assignment.objects.get(ticket=request.ticket), Assignment.objects.get(pk=behind.pk)
    assert f"Due if approved today {own.due_at:%H:%M}" in shown
    assert f"{behind.ticket.case_id} due today 13:45 → today {pushed.due_at:%H:%M}" in shown
