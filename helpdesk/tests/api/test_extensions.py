"""More time by the API: asked for, decided by two, listed for who decides (X1-X4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Assignment, ExtensionRequest, User
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import resolve_ticket, start_ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.clock import held
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    an_assignment,
)
from workflow.states import Level

pytestmark = pytest.mark.django_db

READS, WRITES = 12, 25
BODY = {"extra_minutes": 30, "comment": "The fix needs a release."}


@pytest.fixture
def promise() -> Assignment:
    """A promise until 14:00."""
    return a_promise(engineer=EngineerFactory(name="Asha Nair"), minutes=120)


@pytest.fixture
def asked(promise: Assignment) -> ExtensionRequest:
    return request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, **BODY)


def ask(person: User, ticket: object, body: object = BODY, **headers: str):
    return Caller(person).post(f"tickets/{ticket}/extension/", body, **headers)


def decide(person: User, asked: ExtensionRequest, body: object = None, *, number: object = None, **headers: str):
    address = f"tickets/{asked.ticket.case_id}/extension/{asked.pk if number is None else number}/approve/"
    return Caller(person).post(address, body, **headers)


def test_asking_answers_201_with_the_request_and_the_version_of_the_ticket(promise):
    caller = Caller(promise.engineer)
    before = caller.get(f"tickets/{promise.ticket_id}/")["ETag"]

    answer = caller.post(f"tickets/{promise.ticket_id}/extension/", BODY, **{"If-Match": before})

    assert answer.status_code == 201
    assert answer.json() == {
        "id": ExtensionRequest.objects.get().pk,
        "status": "pending",
        "extra_minutes": 30,
        "comment": "The fix needs a release.",
        "requested_by": {"id": promise.engineer_id, "name": "Asha Nair"},
        "requested_at": "2026-03-04T12:00:00Z",
        "decisions": [],
    }
    assert answer["ETag"] == caller.get(f"tickets/{promise.ticket_id}/")["ETag"] != before


def test_two_approvals_move_the_due_time(asked, promise):
    first = decide(SM1Factory(name="Maya"), asked)
    second = decide(master := SM2Factory(name="Ravi"), asked, {"approve": True, "comment": "Agreed."})

    assert (first.status_code, second.status_code) == (200, 200)
    assert [one["level"] for one in first.json()["decisions"]] == ["SM1"]
    assert second.json()["status"] == "approved"
    assert second.json()["decisions"][1] == {
        "level": "SM2",
        "approved": True,
        "by": {"id": master.pk, "name": "Ravi"},
        "comment": "Agreed.",
        "at": "2026-03-04T12:00:00Z",
    }
    read = Caller(master).get(f"tickets/{promise.ticket_id}/")
    assert read.json()["assignment"]["due_at"] == "2026-03-04T14:30:00Z"
    assert read["ETag"] == second["ETag"]


def test_one_rejection_rejects_and_the_level_may_be_named(asked):
    both = UserFactory(roles=["sm1", "sm2"])

    assert decide(both, asked, {"approve": False, "level": "SM1"}).json()["decisions"][0]["level"] == "SM1"
    assert decide(SM2Factory(), asked).json()["status"] == "rejected"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"extra_minutes": 0, "comment": "x"}, 422, "extra_time_invalid"),
        ({"extra_minutes": 43201, "comment": "x"}, 422, "extra_time_invalid"),
        ({"extra_minutes": -5, "comment": "x"}, 422, "extra_time_invalid"),
        ({"extra_minutes": 30, "comment": " "}, 422, "comment_required"),
        ({"extra_minutes": 30, "comment": "x" * 20_001}, 422, "field_invalid"),
        ({"extra_minutes": 30}, 400, "invalid"),
        ({"comment": "x"}, 400, "invalid"),
        ({"extra_minutes": "30", "comment": "x"}, 400, "invalid"),
        ({"extra_minutes": 30.5, "comment": "x"}, 400, "invalid"),
        ({"extra_minutes": True, "comment": "x"}, 400, "invalid"),
        ({"extra_minutes": 10**30, "comment": "x"}, 400, "invalid"),
        ({"extra_minutes": 30, "comment": "x\x00"}, 400, "parse_error"),
        (BODY | {"status": "approved"}, 400, "invalid"),
        (BODY | {"approved_by_sm1": True}, 400, "invalid"),
        ([], 400, "invalid"),
    ],
    ids=lambda value: None,
)
def test_a_wrong_request_is_refused_and_uses_nothing_up(promise, body, status, code):
    assert refusal(ask(promise.engineer, promise.ticket_id, body)) == (status, code)
    assert not ExtensionRequest.objects.exists()


def test_asking_keeps_the_rules(promise, asked):
    assert refusal(ask(promise.engineer, promise.ticket_id)) == (409, "extension_used")
    assert refusal(ask(SM1Factory(), promise.ticket_id)) == (403, "role_needed")
    assert refusal(ask(EngineerFactory(), promise.ticket_id)) == (404, "ticket_missing")
    assert refusal(ask(promise.engineer, "N-EXP-999999")) == (404, "ticket_missing")
    expected = an_assignment()
    assert refusal(ask(expected.engineer, expected.ticket_id)) == (422, "not_committed")
    other = a_promise(minutes=10)
    held.forward(minutes=20)
    assert refusal(ask(other.engineer, other.ticket_id)) == (409, "wrong_status")


def test_deciding_keeps_the_rules(asked, promise):
    master = SM1Factory()
    assert refusal(decide(promise.engineer, asked)) == (403, "role_needed")
    assert refusal(decide(AdminFactory(), asked)) == (403, "role_needed")
    assert refusal(decide(master, asked, {"level": "SM2"})) == (403, "level_not_held")
    assert decide(master, asked).status_code == 200
    assert refusal(decide(master, asked)) == (409, "level_decided")
    assert refusal(decide(SM1Factory(), asked)) == (409, "level_decided")
    promoted = UserFactory(roles=["sm1", "sm2"])
    decide_extension(actor=promoted, ticket_id=promise.ticket_id, approve=True, level=Level.SM2)
    assert refusal(decide(SM2Factory(), asked)) == (409, "extension_closed")


def test_two_people_decide_and_nobody_on_their_own(promise):
    both = UserFactory(roles=["engineer", "sm1", "sm2"])
    own = a_promise(engineer=both)
    mine = request_extension(actor=both, ticket_id=own.ticket_id, **BODY)
    theirs = request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, **BODY)

    assert refusal(decide(both, mine)) == (403, "own_request")
    assert decide(both, theirs).status_code == 200
    assert refusal(decide(both, theirs)) == (403, "second_person_needed")


@pytest.mark.parametrize("number", ["0", "987654321", "9" * 30, "x", "-1", "%D9%A1"])
def test_another_request_than_the_tickets_is_missing(asked, number):
    assert refusal(decide(SM1Factory(), asked, number=number)) == (404, "extension_missing")
    assert not asked.votes.exists()


def test_a_ticket_without_a_request_has_none_to_decide(promise):
    answer = Caller(SM1Factory()).post(f"tickets/{promise.ticket_id}/extension/1/approve/")
    assert refusal(answer) == (404, "extension_missing")


def test_an_old_version_is_a_failed_precondition(asked, promise):
    assert refusal(decide(SM1Factory(), asked, **{"If-Match": '"1.1"'})) == (412, "changed_since_loaded")
    assert refusal(ask(promise.engineer, promise.ticket_id, **{"If-Match": '"1.1"'})) == (412, "changed_since_loaded")


@pytest.mark.parametrize(
    "body",
    [{"approve": "yes"}, {"approve": None}, {"approve": 1}, {"level": "sm9"}, {"voter": 1}, {"comment": []}],
    ids=lambda body: next(iter(body)),
)
def test_a_decision_that_is_none_is_refused(asked, body):
    assert refusal(decide(SM1Factory(), asked, body)) == (400, "invalid")
    assert not asked.votes.exists()


def test_what_waits_for_the_caller_with_what_an_approval_comes_to(asked, promise):
    behind = a_promise(engineer=promise.engineer, minutes=60)

    answer = Caller(SM1Factory()).get("extensions/")

    assert answer.status_code == 200
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": asked.pk,
                "status": "pending",
                "extra_minutes": 30,
                "comment": "The fix needs a release.",
                "requested_by": {"id": promise.engineer_id, "name": "Asha Nair"},
                "requested_at": "2026-03-04T12:00:00Z",
                "decisions": [],
                "ticket": {
                    "id": promise.ticket_id,
                    "case_id": promise.ticket.case_id,
                    "title": promise.ticket.title,
                    "priority": "medium",
                    "application": {
                        "code": promise.ticket.application.code,
                        "name": promise.ticket.application.name,
                    },
                },
                "engineer": {"id": promise.engineer_id, "name": "Asha Nair"},
                "due_at": "2026-03-04T14:00:00Z",
                "due_if_approved": "2026-03-04T14:30:00Z",
                "moves": 1,
                "levels": ["SM1"],
            }
        ],
    }
    assert behind.due_at == promise.due_at + timedelta(hours=1)


def test_the_list_holds_only_what_the_caller_may_decide(asked, promise):
    both, master = UserFactory(roles=["sm1", "sm2"]), SM1Factory()

    def listed(person: User, **query: str) -> list[list[str]]:
        return [one["levels"] for one in Caller(person).get("extensions/", **query).json()["results"]]

    assert listed(both) == [["SM1", "SM2"]]
    assert listed(both, level="SM2") == [["SM2"]]
    decide_extension(actor=master, ticket_id=promise.ticket_id, approve=True)
    assert listed(master) == []
    assert listed(both) == [["SM2"]]
    assert listed(both, level="SM1") == []
    start_ticket(actor=promise.engineer, ticket_id=promise.ticket_id)
    resolve_ticket(actor=promise.engineer, ticket_id=promise.ticket_id, note="Done.")
    assert listed(both) == []


def test_pages_of_the_list_follow_the_due_times():
    asked = []
    for minutes in (300, 100, 200):
        promise = a_promise(engineer=EngineerFactory(), minutes=minutes)
        asked.append(request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, **BODY))
    caller = Caller(SM2Factory())

    first = caller.get("extensions/", page_size=2).json()
    rest = caller.client.get(first["next"]).json()

    assert [one["id"] for one in first["results"]] == [asked[1].pk, asked[2].pk]
    assert [one["id"] for one in rest["results"]] == [asked[0].pk]
    assert rest["next"] is None
    assert caller.client.get(rest["previous"]).json()["results"] == first["results"]


def test_the_list_is_for_scrum_masters_and_knows_its_parameters(promise):
    assert refusal(Caller(promise.engineer).get("extensions/")) == (403, "role_needed")
    assert refusal(Caller(AdminFactory()).get("extensions/")) == (403, "role_needed")
    assert refusal(Caller(SM1Factory()).get("extensions/", level="SM2")) == (403, "level_not_held")
    for query in ({"level": "sm1x"}, {"page_size": "101"}, {"cursor": "x"}, {"voter__password": "x"}):
        assert refusal(Caller(SM1Factory()).get("extensions/", **query)) == (400, "invalid")


@pytest.mark.parametrize("many", [1, 10])
def test_the_list_takes_few_statements_however_long_it_is(many):
    for _ in range(many):
        promise = a_promise(engineer=EngineerFactory())
        asked = request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, **BODY)
        decide_extension(actor=SM1Factory(), ticket_id=asked.ticket_id, approve=True)
    caller = Caller(SM2Factory())
    caller.get("extensions/")

    with CaptureQueriesContext(connection) as captured:
        answer = caller.get("extensions/", page_size=50)

    assert len(answer.json()["results"]) == many
    assert len(captured) <= READS


def test_asking_and_deciding_take_few_statements(promise):
    taken = {}

    def counted(name: str, run) -> None:
        with CaptureQueriesContext(connection) as captured:
            answer = run()
        assert answer.status_code in {200, 201}, answer.content
        taken[name] = len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    for _ in range(10):
        a_promise(engineer=promise.engineer, minutes=60)
    engineer, one, two = Caller(promise.engineer), Caller(SM1Factory()), Caller(SM2Factory())
    counted("ask", lambda: engineer.post(f"tickets/{promise.ticket_id}/extension/", BODY))
    number = ExtensionRequest.objects.get().pk
    counted("first", lambda: one.post(f"tickets/{promise.ticket_id}/extension/{number}/approve/"))
    counted("second", lambda: two.post(f"tickets/{promise.ticket_id}/extension/{number}/approve/"))

    assert {name: count for name, count in taken.items() if count > WRITES} == {}, taken
