"""The calls the desk was asked for, as they were asked for: one after the other, each with the very fields it names."""

import re

import pytest
import requests

from helpdesk.models import Assignment, Ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    in_progress,
)
from tests.files.sending import PICTURE, digest

pytestmark = pytest.mark.django_db


def test_create_returns_the_case_id() -> None:
    ApplicationFactory(code="EXP")

    answer = Caller(ReporterFactory()).post(
        "tickets/", {"application": "EXP", "title": "Empty", "description": "The export is empty.", "priority": "low"}
    )

    assert answer.status_code == 201
    assert re.fullmatch(r"N-EXP-\d+", answer.json()["case_id"])
    assert answer.json()["status"] == "unassigned"


def test_list_unassigned() -> None:
    waiting = a_ticket()
    in_progress()

    answer = Caller(SM1Factory()).get("tickets/", bucket="unassigned")

    assert [row["case_id"] for row in answer.json()["results"]] == [waiting.case_id]


@pytest.mark.parametrize(("factory", "level"), [(SM1Factory, "SM1"), (SM2Factory, "SM2")], ids=["sm1", "sm2"])
def test_assign_with_every_field_it_names(factory, level) -> None:
    """`assigned_by_id` and `assigned_level` say nothing the desk does not know: they are compared, never believed (A4)."""
    ticket, engineer, master = a_ticket(), EngineerFactory(name="Asha Nair"), factory(name="Maya Iyer")
    body = {
        "assignee_id": engineer.pk,
        "assigned_by_id": master.pk,
        "assigned_level": level,
        "comment": "Knows the export.",
        "assign_override": False,
    }

    answer = Caller(master).post(f"tickets/{ticket.pk}/assign/", body)

    assert answer.status_code == 200
    told = answer.json()
    assert (told["case_id"], told["status"]) == (ticket.case_id, "assigned")
    assert told["assignment"] == {
        "engineer": {"id": engineer.pk, "name": "Asha Nair"},
        "level": level,
        "assigned_by": {"id": master.pk, "name": "Maya Iyer"},
        "assigned_at": "2026-03-04T12:00:00Z",
        "starts_at": "2026-03-04T12:00:00Z",
        "due_at": "2026-03-04T20:00:00Z",
        "committed": False,
        "resolution_minutes": None,
        "extra_minutes": 0,
    }


@pytest.mark.parametrize(
    ("claimed", "code"),
    [
        ({"assigned_level": "SM2"}, "level_not_held"),
        ({"assigned_by_id": 1}, "assigner_forged"),
        ({"assigned_by_id": 1, "assigned_level": "SM1"}, "assigner_forged"),
    ],
    ids=["level", "person", "person-with-a-true-level"],
)
def test_assign_in_a_name_or_level_that_is_not_ones_own_is_refused(claimed, code) -> None:
    ticket = a_ticket()

    answer = Caller(SM1Factory()).post(f"tickets/{ticket.pk}/assign/", {"assignee_id": EngineerFactory().pk, **claimed})

    assert refusal(answer) == (403, code)
    assert not Assignment.objects.exists()


def test_a_busy_engineer_is_a_conflict_that_names_what_an_override_would_come_to() -> None:
    working = in_progress(engineer=EngineerFactory(name="Asha Nair"), minutes=120)
    ticket, master = a_ticket(priority="high"), Caller(SM1Factory())
    body = {"assignee_id": working.assignment.engineer_id, "assign_override": False}

    busy = master.post(f"tickets/{ticket.case_id}/assign/", body)
    override = master.post(f"tickets/{ticket.case_id}/assign/", {**body, "assign_override": True})

    assert refusal(busy) == (409, "engineer_busy")
    assert busy.json()["detail"] == "Selected member is already engaged in another task"
    told = busy.json()["data"]
    assert (told["engineer"], told["starts_at"]) == ("Asha Nair", "2026-03-04T14:00:00Z")
    assert [one["case_id"] if isinstance(one, dict) else one for one in told["open_tickets"]] == [working.case_id]
    assert override.status_code == 200
    assert override.json()["assignment"]["starts_at"] == told["starts_at"]
    assert override.json()["assignment"]["due_at"] == told["due_at"]


def test_presign_upload_and_download(s3) -> None:
    """A link is bound to the bytes, so it needs their length and digest beside the three fields asked for (F3)."""
    ticket = a_ticket()
    caller = Caller(ticket.reporter)
    asked = {"case_id": ticket.case_id, "filename": "page.png", "content_type": "image/png"}

    unbound = caller.post("presign-upload/", asked)
    link = caller.post("presign-upload/", {**asked, "size": len(PICTURE), "sha256": digest(PICTURE)}).json()
    put = requests.request(link["method"], link["url"], data=PICTURE, headers=link["headers"], timeout=10)
    caller.post(f"attachments/{link['id']}/confirm/")
    fetched = caller.post("presign-download/", {"attachment_id": link["id"]}).json()

    assert refusal(unbound) == (422, "field_invalid")
    assert set(unbound.json()["errors"]) == {"size", "sha256"}
    assert link["key"].startswith(f"2026/03/04/{ticket.case_id}/")
    assert put.status_code == 200
    assert requests.get(fetched["url"], timeout=10).content == PICTURE


def test_extension_and_its_approval_by_both_levels() -> None:
    promise = a_promise(minutes=120)
    address = f"tickets/{promise.ticket_id}/extension/"

    asked = Caller(promise.engineer).post(address, {"extra_minutes": 30, "comment": "The fix needs a release."})
    approvals = [
        Caller(person).post(f"{address}{asked.json()['id']}/approve/") for person in (SM1Factory(), SM2Factory())
    ]

    assert asked.status_code == 201
    assert [one.json()["status"] for one in approvals] == ["pending", "approved"]
    assert Ticket.objects.get().assignment.due_at.isoformat() == "2026-03-04T14:30:00+00:00"


def test_dashboard_summary_is_for_scrum_masters() -> None:
    in_progress()

    told = Caller(SM1Factory()).get("dashboard/summary/")

    assert told.status_code == 200
    assert told.json() == {
        "open": 1,
        "breached": 0,
        "resolved_on_time": 0,
        "escalated": 0,
        "resolved_after_escalation": 0,
        "sla_compliance": None,
        "filters": {"application": [], "priority": [], "from": None, "to": None},
    }
    assert refusal(Caller(ReporterFactory()).get("dashboard/summary/")) == (403, "role_needed")
