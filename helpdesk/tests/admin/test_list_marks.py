"""What a row of a list is marked with: triage or acceptance that takes too long, work out of turn, an engineer who left (E4, C6, P8)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import UserRole
from helpdesk.tests.admin.desk import browser, escalated, list_of
from tests.clock import held
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db

COUNTED = 'SELECT COUNT(*) AS "__count" FROM "helpdesk_ticket" '
"""How the statement begins that counts the rows of a list."""


def marks_in(bucket: str) -> str:
    return browser(SM1Factory()).get(list_of(bucket)).content.decode()


def test_a_ticket_unassigned_beyond_the_target_is_marked():
    a_ticket(priority="high")
    held.forward(minutes=29)
    assert "not triaged in time" not in marks_in("unassigned")

    held.forward(minutes=1)
    assert "not triaged in time" in marks_in("unassigned")


def test_an_assigned_ticket_without_a_promise_beyond_the_target_is_marked():
    an_assignment(ticket=a_ticket(priority="high"))
    held.forward(minutes=29)
    assert "no resolution time yet" not in marks_in("open")

    held.forward(minutes=1)
    assert "no resolution time yet" in marks_in("open")


def test_a_ticket_started_out_of_turn_is_marked():
    engineer = EngineerFactory()
    an_assignment(engineer=engineer)
    assert "out of turn" not in marks_in("open")

    in_progress(engineer=engineer)
    assert "out of turn" in marks_in("open")


@pytest.mark.parametrize("leaves", ["is deactivated", "loses the role"])
def test_a_ticket_of_an_engineer_who_left_is_marked(leaves):
    engineer = EngineerFactory()
    an_assignment(engineer=engineer)
    assert "engineer inactive" not in marks_in("open")

    if leaves == "is deactivated":
        engineer.is_active = False
        engineer.save()
    else:
        UserRole.objects.filter(user=engineer).update(is_claimed=False)
    assert "engineer inactive" in marks_in("open")


def test_counting_a_list_reads_nothing_that_only_its_rows_show():
    an_assignment(ticket=a_ticket())

    with CaptureQueriesContext(connection) as told:
        marks_in("open")

    (counted,) = [one["sql"] for one in told if one["sql"].startswith(COUNTED)]
    assert " JOIN " not in counted


@pytest.mark.parametrize("bucket", ["any", "open", "unassigned", "escalated", "breached", "decided"])
def test_of_its_rows_a_list_reads_what_it_shows(bucket):
    a_ticket(), escalated(), an_assignment(ticket=a_ticket())

    with CaptureQueriesContext(connection) as told:
        marks_in(bucket)

    (read,) = [one["sql"] for one in told if '"engineer_holds_role"' in one["sql"] and '"title"' in one["sql"]]
    assert '"case_id"' in read
    assert not re.search(r'"(description|resolution_note|password|email|last_sequence)"', read)
    assert not [
        one["sql"]
        for one in told
        if re.search(r'FROM "helpdesk_\w+" WHERE "helpdesk_\w+"."id" = \d+ LIMIT', one["sql"])
    ]
